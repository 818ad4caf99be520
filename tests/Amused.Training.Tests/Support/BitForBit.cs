using Xunit;

namespace Amused.Training.Tests.Support;

/// <summary>
/// Tests that compare weights bit for bit, by themselves: two trainings that share a process at the same time round differently now and
/// then, and what is promised is that of a process of one's own.
/// </summary>
[CollectionDefinition(nameof(BitForBit), DisableParallelization = true)]
public static class BitForBit;
