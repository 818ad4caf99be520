namespace Amused.Weights;

/// <summary>A converter that says what it reads.</summary>
internal interface IExpectation
{
    /// <summary>What the value should be: <c>a whole number</c>.</summary>
    string Expected { get; }
}
