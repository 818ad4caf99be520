namespace Amused.Server;

/// <summary>Which sizes the OpenAI interface makes; clients of it ask for sizes that its own models have.</summary>
public enum SizePolicy
{
    /// <summary>The size that the model was made for; any other is an error that names it.</summary>
    Exact,

    /// <summary>The size that the model was made for, whatever is asked; the answer says which it is.</summary>
    Nearest,

    /// <summary>Every size that the network can be run at, however poor the picture.</summary>
    Any,
}
