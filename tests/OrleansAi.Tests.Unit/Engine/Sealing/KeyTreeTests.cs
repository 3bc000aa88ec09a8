using OrleansAi.Engine.Sealing;
using Xunit;

namespace OrleansAi.Tests.Unit.Engine.Sealing;

/// <summary>Keys that can be destroyed one by one.</summary>
public sealed class KeyTreeTests
{
    private static readonly int[] Units = [0, 1, 2, 5, 9, 10, 11, 300, KeyPath.MostUnits - 1];

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 40)];

    [Fact]
    public void Paths_OfAllUnits_LieApart()
    {
        var paths = new List<KeyPath>();
        foreach (var position in new long[] { 1, 2, 15, 16, 17, 255, 256, 4_095, 65_536, 1 << 30, uint.MaxValue })
        {
            paths.AddRange(Enumerable.Range(0, 12).Append(KeyPath.MostUnits - 1).Select(unit => KeyPath.OfUnit(position, unit)));
            Assert.All(paths.TakeLast(13), path => Assert.True(KeyPath.OfRecord(position).Covers(path)));
        }

        for (var i = 0; i < paths.Count; i++)
        {
            Assert.Equal([i], Enumerable.Range(0, paths.Count).Where(other => paths[other].Covers(paths[i])));
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    [InlineData(1L << 32, 0)]
    [InlineData(1, -1)]
    [InlineData(1, KeyPath.MostUnits)]
    public void Paths_BeyondTheLimits_AreRefused(long position, int unit) =>
        Assert.Throws<InvalidOperationException>(() => KeyPath.OfUnit(position, unit));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Without_AnySequence_DestroysExactlyWhatItNames(int seed)
    {
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var random = new Random(seed);
        long[] positions = [.. Enumerable.Range(1, 40).Select(static n => (long)n), 255, 256, 257, 70_000, 70_001, .. Enumerable.Range(0, 5).Select(_ => random.NextInt64(1, uint.MaxValue))];
        var leaves = positions.Distinct().SelectMany(static position => Units.Select(unit => KeyPath.OfUnit(position, unit))).ToArray();
        var tree = KeyTree.New();
        var keys = leaves.ToDictionary(static leaf => leaf, leaf => Key(tree, leaf)!);
        Assert.Equal(leaves.Length, keys.Values.Distinct().Count());

        var destroyed = new HashSet<KeyPath>();
        for (var step = 0; step < 60; step++)
        {
            var leaf = leaves[random.Next(leaves.Length)];
            var target = random.Next(3) == 0 ? KeyPath.OfRecord(positions[random.Next(positions.Length)]) : leaf;
            tree = tree.Without(target);
            destroyed.UnionWith(leaves.Where(target.Covers));
            if (random.Next(4) == 0)
            {
                tree = Again(tree);
            }

            // In any order, so that what is remembered of the last way down is put to the test.
            random.Shuffle(leaves);
            Assert.All(leaves, one => Assert.Equal(destroyed.Contains(one) ? null : keys[one], Key(tree, one)));
        }

        // Whoever has only the seeds that are kept can get nowhere but below their places.
        Assert.DoesNotContain(tree.Places, place => destroyed.Any(leaf => place.Covers(leaf)));
        Assert.All(leaves.Where(leaf => !destroyed.Contains(leaf)), leaf => Assert.Single(tree.Places, place => place.Covers(leaf)));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Without_AnyOrder_GivesTheSameTree(int seed)
    {
        var random = new Random(seed);
        KeyPath[] targets = [.. Enumerable.Range(0, 20).Select(_ => KeyPath.OfUnit(random.Next(1, 60), random.Next(12)))];
        var tree = KeyTree.New();

        var there = targets.Aggregate(tree, static (left, target) => left.Without(target));
        random.Shuffle(targets);
        var back = targets.Aggregate(tree, static (left, target) => left.Without(target));

        Assert.Equal(Bytes(there), Bytes(back));
    }

    [Fact]
    public void Without_OneTurnAfterTheOther_StaysSmall()
    {
        var tree = KeyTree.New();
        for (var position = 1; position <= 3_000; position++)
        {
            tree = tree.Without(KeyPath.OfRecord(position));
            Assert.InRange(tree.Count, 1, 24);
        }
    }

    [Fact]
    public void Without_ALoneItemOfManyTurns_CostsAFewSeedsEach()
    {
        var tree = KeyTree.New();
        for (var position = 1; position <= 2_000; position += 2)
        {
            tree = tree.Without(KeyPath.OfUnit(position, 0));
        }

        Assert.InRange(tree.Count / 1_000.0, 1, 8);
    }

    [Fact]
    public void Without_Root_LeavesNothing()
    {
        var tree = KeyTree.New().Without(KeyPath.Root);

        Assert.Equal(0, tree.Count);
        Assert.Null(Key(tree, KeyPath.OfUnit(1, 0)));
    }

    [Fact]
    public void Keyring_WrittenAndRead_GivesTheSameKeys()
    {
        var keys = Keyring.New().Without(KeyPath.OfUnit(3, 1), KeyPath.OfRecord(7));
        var again = Keyring.Parse(keys.ToBytes());

        Assert.Equal(keys.ToBytes(), again.ToBytes());
        Assert.Equal(keys.Secret.ToArray(), again.Secret.ToArray());
        Assert.NotEqual(keys.Secret.ToArray(), keys.WithNewSecret().Secret.ToArray());
        Assert.True(Keyring.Parse(Keyring.Destroyed.ToBytes()).IsDestroyed);
        Assert.False(Keyring.Destroyed.TryDerive(1, 0, new byte[KeyTree.SeedBytes]));
        Assert.True(Keyring.Destroyed.Without(KeyPath.OfRecord(1)).WithNewSecret().IsDestroyed);
    }

    [Fact]
    public void Keyring_CutOrUnknown_IsRefused()
    {
        var bytes = Keyring.New().Without(KeyPath.OfUnit(3, 1)).ToBytes();

        Assert.Throws<InvalidDataException>(() => Keyring.Parse(bytes.AsSpan(0, bytes.Length - 1)));
        Assert.Throws<InvalidDataException>(() => Keyring.Parse(bytes.AsSpan(0, 10)));
        bytes[0] = 9;
        Assert.Throws<InvalidDataException>(() => Keyring.Parse(bytes));
    }

    private static string? Key(KeyTree tree, KeyPath path)
    {
        var key = new byte[KeyTree.SeedBytes];
        return tree.TryDerive(path, key) ? Convert.ToHexString(key) : null;
    }

    private static byte[] Bytes(KeyTree tree)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes))
        {
            tree.Write(writer);
        }

        return bytes.ToArray();
    }

    private static KeyTree Again(KeyTree tree) => KeyTree.Read(Bytes(tree));
}
