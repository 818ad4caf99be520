namespace Amused.Training.Data;

/// <summary>Says once that masks are asked for and not there.</summary>
/// <param name="notice">What is told; null: nobody, as when no masks are asked for.</param>
internal sealed class MaskNotice(Action<string>? notice)
{
    private Action<string>? notice = notice;

    /// <summary>Looks at the first batch; the later ones are passed over.</summary>
    public void Look(ExampleBatch batch)
    {
        if (batch.Examples.All(example => example.Mask is null))
            notice?.Invoke("the first pictures have no masks, so that the background weight changes nothing for them: fox.mask.png is looked for beside fox.jpg");
        notice = null;
    }
}
