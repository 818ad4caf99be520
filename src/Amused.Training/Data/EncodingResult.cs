namespace Amused.Training;

/// <summary>What a folder of encoded shards holds.</summary>
/// <param name="Examples">How many examples.</param>
/// <param name="Broken">How many were left out because their pictures are broken.</param>
/// <param name="Shards">In how many shards.</param>
/// <param name="Bytes">How much the shards take.</param>
public sealed record EncodingResult(long Examples, long Broken, int Shards, long Bytes);
