using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansAi.Tests.EndToEnd.Malformed;

/// <summary>Makes bodies that no endpoint may take, the same for the same seed.</summary>
internal sealed class MalformedBodies(int seed)
{
    private static readonly string[] WrongForText = ["7", "true", "[]", "{}", "[\"x\"]", "1.5"];
    private static readonly string[] WrongForFlag = ["7", "\"true\"", "[]", "{}"];
    private static readonly string[] WrongForNumber = ["\"1\"", "true", "[]", "{}", "1e999", "-1e999", "-1e308", "1e308"];
    private static readonly string[] WrongForObject = ["7", "\"x\"", "[]", "true", "[{}]"];

    private readonly Random _random = new(seed);

    /// <summary>Texts that are no JSON at all, or none that holds text.</summary>
    public IEnumerable<(string Name, byte[] Body)> Broken(string valid)
    {
        (string Name, string Text)[] texts =
        [
            ("empty", ""), ("blank", " \r\n\t"), ("open", "{"), ("close", "}"), ("array open", "["), ("word", "nul"), ("no value", "{\"a\":}"),
            ("no name", "{:1}"), ("bare name", "{a:1}"), ("single quotes", "{'a':1}"), ("comma", "{\"a\":1,}"), ("comment", "{/* */}"),
            ("line comment", "{} // x"), ("two", "{}{}"), ("NaN", "{\"temperature\":NaN}"), ("Infinity", "{\"temperature\":Infinity}"),
            ("-Infinity", "{\"temperature\":-Infinity}"), ("leading zero", "{\"temperature\":01}"), ("plus", "{\"temperature\":+1}"),
            ("point first", "{\"temperature\":.5}"), ("point last", "{\"temperature\":1.}"), ("hex", "{\"temperature\":0x1}"),
            ("bad escape", "{\"model\":\"\\x\"}"), ("short escape", "{\"model\":\"\\u12\"}"), ("open string", "{\"model\":\"x"),
            ("raw line", "{\"model\":\"a\nb\"}"), ("raw zero", "{\"model\":\"a\0b\"}"), ("byte order mark", "\uFEFF{}"),
            ("high surrogate", "{\"model\":\"\\ud800\"}"), ("low surrogate", "{\"model\":\"\\udc00x\"}"), ("swapped surrogates", "{\"model\":\"\\udc00\\ud800\"}"),
            ("surrogate name", "{\"\\ud800\":1}"), ("surrogate inside", "{\"input\":[{\"role\":\"user\",\"content\":\"\\ud83dx\"}]}"),
            ("null", "null"), ("number", "7"), ("string", "\"x\""), ("list", "[]"), ("list of objects", "[{}]"),
            ("twice", "{\"model\":\"a\",\"model\":\"b\"}"), ("twice, escaped", "{\"model\":\"a\",\"\\u006dodel\":\"b\"}"),
            ("deep array", new string('[', 100_000)), ("deep closed", new string('[', 100) + new string(']', 100)),
            ("deep object", string.Concat(Enumerable.Repeat("{\"a\":", 70)) + "1" + new string('}', 70)),
            ("deep field", "{\"input\":" + new string('[', 64) + new string(']', 64) + "}"),
            ("long name", $"{{\"{new string('n', 600)}\":1}}"), ("many values", $"{{\"input\":[{string.Join(',', Enumerable.Repeat("1", 10_001))}]}}"),
            ("many fields", $"{{{string.Join(',', Enumerable.Range(0, 10_001).Select(static i => $"\"f{i}\":1"))}}}"),
        ];
        foreach (var (name, text) in texts)
        {
            yield return (name, Encoding.UTF8.GetBytes(text));
        }

        yield return ("UTF-16", Encoding.Unicode.GetBytes(valid));
        yield return ("UTF-32", Encoding.UTF32.GetBytes(valid));
        (string Name, byte[] Bytes)[] wrong =
        [
            ("ff", [0xff]), ("overlong", [0xc0, 0x80]), ("surrogate", [0xed, 0xa0, 0x80]), ("cut", [0xe2, 0x82]), ("beyond", [0xf4, 0x90, 0x80, 0x80]),
        ];
        var utf8 = Encoding.UTF8.GetBytes(valid);
        foreach (var (name, bytes) in wrong)
        {
            for (var i = 0; i < 3; i++)
            {
                var at = _random.Next(utf8.Length);
                yield return ($"bytes {name} at {at.ToString(CultureInfo.InvariantCulture)} #{i}", [.. utf8[..at], .. bytes, .. utf8[at..]]);
            }
        }

        for (var i = 0; i < 12; i++)
        {
            var end = _random.Next(1, utf8.Length);
            yield return ($"cut at {end} #{i}", utf8[..end]);
        }
    }

    /// <summary>Well-formed JSON with one field that is wrong.</summary>
    /// <param name="valid">A body that is taken.</param>
    /// <param name="fields">The names of fields and what they are: text, flag, number or object.</param>
    /// <param name="more">Further names and values that are wrong.</param>
    public IEnumerable<(string Name, byte[] Body)> Wrong(
        string valid, IEnumerable<(string Field, string Kind)> fields, IEnumerable<(string Field, string Json)> more)
    {
        var wrong = fields.SelectMany(static field => Values(field.Kind).Select(json => (field.Field, json))).Concat(more).ToList();
        for (var i = 0; i < 8; i++)
        {
            wrong.Add((RandomName(), _random.Next(2) == 0 ? "1" : "{\"a\":[]}"));
        }

        foreach (var (field, json) in wrong)
        {
            var text = Set(valid, field, json);
            yield return ($"{(field.Length > 30 ? field[..30] : field)}={(json.Length > 40 ? $"{json[..40]}…{json.Length}" : json)}", Encoding.UTF8.GetBytes(text));
        }
    }

    private static string[] Values(string kind) => kind switch
    {
        "text" => WrongForText,
        "flag" => WrongForFlag,
        "number" => WrongForNumber,
        _ => WrongForObject,
    };

    // By hand, because no JSON writer writes what is wrong here.
    private static string Set(string valid, string field, string json)
    {
        var body = JsonNode.Parse(valid)!.AsObject();
        body.Remove(field);
        var rest = body.ToJsonString()[1..^1];
        return $"{{{rest}{(rest.Length > 0 ? "," : "")}\"{field}\":{json}}}";
    }

    private string RandomName()
    {
        string[] odd = ["", " ", "__proto__", "constructor", "$ref", "模型", "model ", "Model", "👩‍👩‍👧", "a.b", "a[0]", "\\u0000", "input\\n"];
        return odd[_random.Next(odd.Length)] + _random.Next(1_000_000).ToString(CultureInfo.InvariantCulture);
    }
}
