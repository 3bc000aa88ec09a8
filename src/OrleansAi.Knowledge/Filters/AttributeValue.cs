using System.Globalization;
using System.Text.Json.Serialization;

namespace OrleansAi.Knowledge.Filters;

/// <summary>The value of a document's attribute: a text, a number, or true or false.</summary>
[JsonConverter(typeof(AttributeValueConverter))]
public readonly record struct AttributeValue
{
    private readonly string? _text;
    private readonly double _number;

    /// <summary>A text.</summary>
    public AttributeValue(string text) => (Kind, _text) = (AttributeKind.Text, text);

    /// <summary>A number.</summary>
    public AttributeValue(double number) => (Kind, _number) = (AttributeKind.Number, number);

    /// <summary>True or false.</summary>
    public AttributeValue(bool flag) => (Kind, _number) = (AttributeKind.Flag, flag ? 1 : 0);

    /// <summary>What it is.</summary>
    public AttributeKind Kind { get; }

    /// <summary>The text; empty when it is none.</summary>
    public string Text => _text ?? "";

    /// <summary>The number; 0 when it is none.</summary>
    public double Number => Kind == AttributeKind.Number ? _number : 0;

    /// <summary>The flag; false when it is none.</summary>
    public bool Flag => Kind == AttributeKind.Flag && _number != 0;

    /// <summary>A text.</summary>
    public static implicit operator AttributeValue(string text) => new(text);

    /// <summary>A number.</summary>
    public static implicit operator AttributeValue(double number) => new(number);

    /// <summary>True or false.</summary>
    public static implicit operator AttributeValue(bool flag) => new(flag);

    /// <summary>The order of two values of one kind: texts by code unit, false before true.</summary>
    /// <returns>Null when the kinds differ.</returns>
    public int? CompareWith(AttributeValue other) => Kind != other.Kind
        ? null
        : Kind == AttributeKind.Text ? string.CompareOrdinal(Text, other.Text) : _number.CompareTo(other._number);

    /// <inheritdoc />
    public override string ToString() => Kind switch
    {
        AttributeKind.Text => Text,
        AttributeKind.Number => Number.ToString("R", CultureInfo.InvariantCulture),
        _ => Flag ? "true" : "false",
    };
}
