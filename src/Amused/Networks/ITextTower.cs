namespace Amused.Networks;

/// <summary>What prompts need of a text tower.</summary>
internal interface ITextTower
{
    /// <summary>Reads one text.</summary>
    /// <param name="ids">Its token ids, as many as the tower has positions.</param>
    TextState Read(IReadOnlyList<int> ids);
}
