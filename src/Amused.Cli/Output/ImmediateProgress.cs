namespace Amused.Cli.Output;

/// <summary>Tells at once and on the same thread, unlike <see cref="Progress{T}"/>.</summary>
internal sealed class ImmediateProgress<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}
