using System.Text.Json;

namespace OrleansAi.Vendors.WireContracts;

/// <summary>Walks one JSON value along its schema, once and without allocating as long as nothing is found.</summary>
internal ref struct ContractWalker
{
    /// <summary>How deep schemas are followed; what is deeper is a vendor's data, not its form.</summary>
    public const int MostDepth = 64;

    private readonly int _length;
    private readonly string? _event;
    private Utf8JsonReader _reader;
    private WalkPath _path;

    // A trial of a union's variant tells nothing; it only wants to know whether the variant fits.
    private bool _isTrial;
    private bool _isMisfit;

    public ContractWalker(ReadOnlySpan<byte> bytes, Span<(int Start, int Length)> path, string? @event, FindingList? findings)
    {
        _length = bytes.Length;
        _path = new WalkPath(bytes, path);
        _event = @event;
        _reader = new Utf8JsonReader(bytes, JsonPeek.Options);
        Findings = findings;
    }

    /// <summary>What was found; null for nothing.</summary>
    public FindingList? Findings { get; private set; }

    /// <summary>Where the served model's name is in the bytes; empty for nowhere.</summary>
    public Range Model { get; private set; }

    /// <summary>Walks the whole value.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public void Walk(SchemaNode node)
    {
        _reader.Read();
        Visit(node);

        // Says so when something follows.
        _reader.Read();
    }

    /// <summary>Reports that the type of the event is unknown.</summary>
    public void ReportEvent(string type) => Report(ContractFindingKind.UnknownEvent, default, type);

    /// <summary>Reports that the bytes are not JSON.</summary>
    public void ReportNotJson(JsonException exception)
    {
        _path.Clear();
        Report(ContractFindingKind.NotJson, default, null, sample:
            $"{_length} bytes, wrong at byte {exception.BytePositionInLine} of line {exception.LineNumber + 1}");
    }

    private void Visit(SchemaNode node)
    {
        var kind = Kind();
        while (node.Branches is not null)
        {
            if (Pick(node, kind) is not { } branch)
            {
                _reader.Skip();
                return;
            }

            node = branch;
        }

        if (node.IsAny || _path.Depth >= MostDepth)
        {
            _reader.Skip();
        }
        else if ((node.Kinds & kind) == 0)
        {
            Report(ContractFindingKind.WrongType, default, null, expected: node.Kinds);
            _reader.Skip();
        }
        else if (kind == JsonKinds.Object)
        {
            VisitObject(node);
        }
        else if (kind == JsonKinds.Array)
        {
            VisitArray(node);
        }
        else if (kind == JsonKinds.String && node.Values is { } values && Find(values) < 0)
        {
            ReportValue(default, _reader.ValueSpan);
        }
    }

    private void VisitObject(SchemaNode node)
    {
        var seen = 0UL;
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            var name = _reader.ValueSpan;
            var start = (int)_reader.TokenStartIndex + 1;
            var index = node.Properties is { } properties ? Find(properties) : -1;
            _reader.Read();
            if (index >= 0)
            {
                var property = node.Properties!.Value(index);
                seen |= property.Bit;
                _path.Push(start, name.Length);
                if ((property.ModelDepths & (1U << (_path.Depth & 31))) != 0 && _reader.TokenType == JsonTokenType.String)
                {
                    start = (int)_reader.TokenStartIndex + 1;
                    Model = start..(start + _reader.ValueSpan.Length);
                }

                Visit(property.Node);
                _path.Pop();
            }
            else if (node.Additional is { } additional)
            {
                _path.Push(WalkPath.Key, 0);
                Visit(additional);
                _path.Pop();
            }
            else
            {
                if (!node.IsOpen)
                {
                    Report(ContractFindingKind.UnknownField, name, null);
                }

                _reader.Skip();
            }

            if (_isMisfit)
            {
                return;
            }
        }

        var missing = node.Missing(seen);
        for (var i = 0; missing != 0 && i < node.Properties!.Count; i++)
        {
            if ((node.Properties.Value(i).Bit & missing) != 0)
            {
                Report(ContractFindingKind.MissingField, node.Properties.Name(i), null);
            }
        }
    }

    private void VisitArray(SchemaNode node)
    {
        if (node.Items is not { IsAny: false } items)
        {
            _reader.Skip();
            return;
        }

        _path.Push(WalkPath.Element, 0);
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            Visit(items);
            if (_isMisfit)
            {
                return;
            }
        }

        _path.Pop();
    }

    /// <summary>The variant of a union that a value is; null when it is reported and to be skipped.</summary>
    private SchemaNode? Pick(SchemaNode union, JsonKinds kind)
    {
        if (kind == JsonKinds.Object && union.ByType is { } types && TryPeek("type"u8, out var type))
        {
            if (types.IndexOf(type) is >= 0 and var index)
            {
                return types.Value(index);
            }

            ReportValue("type"u8, type);
            return null;
        }

        SchemaNode? first = null;
        SchemaNode? tried = null;
        foreach (var branch in union.Branches!)
        {
            if (!branch.Accepts(kind))
            {
                continue;
            }

            if (kind != JsonKinds.Object && kind != JsonKinds.Array)
            {
                return branch;
            }

            if (first is null)
            {
                first = branch;
                continue;
            }

            // Only where more than one may fit.
            if (tried is null && Fits(first))
            {
                return first;
            }

            tried = branch;
            if (Fits(branch))
            {
                return branch;
            }
        }

        if (first is null)
        {
            Report(ContractFindingKind.WrongType, default, null, expected: Kinds(union));
        }

        return first;
    }

    private readonly bool Fits(SchemaNode branch)
    {
        var trial = this;
        trial._isTrial = true;
        trial.Visit(branch);
        return !trial._isMisfit;
    }

    private readonly bool TryPeek(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var reader = _reader;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = JsonPeek.Is(reader, name);
            reader.Read();
            if (isIt && reader.TokenType == JsonTokenType.String)
            {
                value = reader.ValueSpan;
                return true;
            }

            reader.Skip();
        }

        value = default;
        return false;
    }

    private readonly int Find<T>(Utf8Table<T> table)
    {
        if (!_reader.ValueIsEscaped)
        {
            return table.IndexOf(_reader.ValueSpan);
        }

        // Nobody escapes the letters of names, but it is allowed.
        for (var i = 0; i < table.Count; i++)
        {
            if (JsonPeek.Is(_reader, table.Name(i)))
            {
                return i;
            }
        }

        return -1;
    }

    private readonly JsonKinds Kind() => _reader.TokenType switch
    {
        JsonTokenType.StartObject => JsonKinds.Object,
        JsonTokenType.StartArray => JsonKinds.Array,
        JsonTokenType.String => JsonKinds.String,
        JsonTokenType.Number => _reader.ValueSpan.ContainsAny((byte)'.', (byte)'e', (byte)'E') ? JsonKinds.Fraction : JsonKinds.Integer,
        JsonTokenType.Null => JsonKinds.Null,
        _ => JsonKinds.Boolean,
    };

    private static JsonKinds Kinds(SchemaNode node) => node.Branches is null
        ? node.Kinds
        : node.Branches.Aggregate(JsonKinds.None, static (kinds, branch) => kinds | Kinds(branch));

    private void ReportValue(ReadOnlySpan<byte> leaf, ReadOnlySpan<byte> value) =>
        Report(ContractFindingKind.UnknownValue, leaf, value.IsEmpty ? "" : ContractShape.Name(value));

    private void Report(ContractFindingKind kind, ReadOnlySpan<byte> leaf, string? value, JsonKinds expected = JsonKinds.None, string? sample = null)
    {
        if (_isTrial)
        {
            _isMisfit = true;
            return;
        }

        var isBreaking = kind is ContractFindingKind.MissingField or ContractFindingKind.WrongType or ContractFindingKind.NotJson;
        if (!(Findings ??= new FindingList()).IsWanted(_path.HashOf(kind, leaf, value), isBreaking))
        {
            return;
        }

        Findings.Add(new ContractFinding
        {
            Kind = kind,
            Path = _path.To(leaf),
            Value = value,
            Sample = sample ?? Sample(kind, value, expected),
            Event = _event,
            IsBreaking = isBreaking,
        });
    }

    private readonly string Sample(ContractFindingKind kind, string? value, JsonKinds expected)
    {
        var text = kind switch
        {
            ContractFindingKind.UnknownValue or ContractFindingKind.UnknownEvent => $"\"{ContractShape.Masked(value!)}\"",
            ContractFindingKind.MissingField => "",
            ContractFindingKind.WrongType => $"{ContractShape.Of(_reader)}, not {expected}",
            _ => ContractShape.Of(_reader),
        };
        return text.Length <= ContractShape.Most ? text : text[..ContractShape.Most];
    }
}
