namespace Amused;

/// <summary>The folders of a checkpoint.</summary>
internal static class Component
{
    public const string Scheduler = "scheduler";
    public const string TextEncoder = "text_encoder";
    public const string Tokenizer = "tokenizer";
    public const string Transformer = "transformer";
    public const string Vqvae = "vqvae";
}
