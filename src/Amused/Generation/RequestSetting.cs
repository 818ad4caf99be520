using System.Text.Json.Nodes;

namespace Amused;

/// <summary>
/// A setting of a request: its name, what it means and may be, and how it is read from text or JSON and written back.
/// All of them are in <see cref="RequestSettings.All"/>; command lines, protocols and picture files are made from that list, so that a setting says
/// the same everywhere.
/// </summary>
public abstract class RequestSetting
{
    private protected RequestSetting(string name) => Name = name;

    /// <summary>The name, in the form of a long option without its dashes: <c>guidance-scale</c>. Protocols have <c>_</c> in it.</summary>
    public string Name { get; }

    /// <summary>
    /// The long option without its dashes: <see cref="Name"/>, but for a switch that is on, which its option turns off: <c>no-composite</c>.
    /// Pictures carry it by this name.
    /// </summary>
    public virtual string OptionName => Name;

    /// <summary>What it does, in a sentence or two.</summary>
    public required string Summary { get; init; }

    /// <summary>What stands for its value in help: <c>N</c>, <c>START,END</c>. Empty for a switch.</summary>
    public required string ValueName { get; init; }

    /// <summary>What holds when it isn't given, in words.</summary>
    public required string Default { get; init; }

    /// <summary>A value, as a command line writes it; empty for a switch.</summary>
    public required string Example { get; init; }

    /// <summary>What a value has to be, so that "is not …" makes a sentence: <c>a whole number from 1 to 1000</c>.</summary>
    public abstract string Expected { get; }

    /// <summary>The words that it can be; empty where it isn't one of a few.</summary>
    public abstract IReadOnlyList<string> Choices { get; }

    /// <summary>
    /// The JSON type of its value: <c>integer</c>, <c>number</c>, <c>string</c>, <c>boolean</c>, or <c>array</c> for numbers that belong together.
    /// </summary>
    public abstract string JsonType { get; }

    /// <summary>Whether a picture's file carries it. What says how many pictures there are doesn't belong to one of them.</summary>
    /// <value>The default value is true.</value>
    public bool IsRecorded { get; init; } = true;

    /// <summary>Whether it has a meaning for a kind of request.</summary>
    public abstract bool BelongsTo(GenerationRequest request);

    /// <summary>Reads a value.</summary>
    /// <param name="value">
    /// Text as on a command line, a number, a <see cref="System.Text.Json.JsonElement"/>, a list of these, or the request's own type.
    /// </param>
    /// <param name="name">By which name it was given, for the message; null: <see cref="Name"/>.</param>
    /// <returns>The value in the request's own type.</returns>
    /// <exception cref="InvalidRequestException">
    /// It can't be used; the cause is a <see cref="FormatException"/> when it can't even be read.
    /// </exception>
    public abstract object Read(object value, string? name = null);

    /// <summary>Puts a value into a request.</summary>
    /// <inheritdoc cref="Read"/>
    /// <param name="request">The request.</param>
    /// <param name="value"><inheritdoc cref="Read" path="/param[@name='value']/node()"/></param>
    /// <param name="name"><inheritdoc cref="Read" path="/param[@name='name']/node()"/></param>
    /// <returns>The request with it.</returns>
    /// <exception cref="InvalidRequestException">It can't be used, or has no meaning for this kind of request.</exception>
    public abstract GenerationRequest Put(GenerationRequest request, object value, string? name = null);

    /// <summary>
    /// A request's value as JSON, under <see cref="OptionName"/>: the checkpoint's where the request leaves it open. Null when nobody says it.
    /// </summary>
    public abstract JsonNode? Write(GenerationRequest request, GenerationDefaults defaults);

    /// <summary>The same setting whose whole numbers may be no higher than something: a server does less than the library can.</summary>
    /// <param name="most">The highest value.</param>
    public abstract RequestSetting AtMost(long most);

    /// <summary>Refuses a request whose value is out of range.</summary>
    /// <exception cref="InvalidRequestException">It is.</exception>
    internal abstract void Check(GenerationRequest request);
}

/// <summary>A setting whose value has a type of its own.</summary>
/// <param name="name">The name.</param>
/// <param name="kind">What its values are.</param>
/// <param name="get">Its value in a request; null: the request leaves it open.</param>
/// <param name="set">A request with a value.</param>
internal sealed class RequestSetting<T>(
    string name, SettingKind<T> kind, Func<GenerationRequest, T?> get, Func<GenerationRequest, T, GenerationRequest> set) : RequestSetting(name)
    where T : struct
{
    /// <summary>Which kinds of request have it.</summary>
    /// <value>The default value is: all of them.</value>
    public Func<GenerationRequest, bool> Belongs { get; init; } = _ => true;

    /// <summary>What a request that leaves it open gets.</summary>
    /// <value>The default value is: nothing that is known before.</value>
    public Func<GenerationDefaults, T?> Standard { get; init; } = _ => null;

    public override string OptionName => IsTurnedOff ? $"no-{Name}" : Name;

    public override string Expected => kind.Expected;

    public override IReadOnlyList<string> Choices => kind.Choices;

    public override string JsonType => kind.JsonType;

    private bool IsTurnedOff => kind is Switch { IsOn: true };

    public override bool BelongsTo(GenerationRequest request) => Belongs(request);

    public override object Read(object value, string? name = null) => Typed(value, name ?? Name);

    public override GenerationRequest Put(GenerationRequest request, object value, string? name = null) => Belongs(request)
        ? set(request, Typed(value, name ?? Name))
        : throw new InvalidRequestException($"{name ?? Name} has no effect on {Describe(request)}");

    public override JsonNode? Write(GenerationRequest request, GenerationDefaults defaults) =>
        !Belongs(request) || (get(request) ?? Standard(defaults)) is not { } value ? null
        : IsTurnedOff && value is bool on ? !on
        : kind.Write(value);

    public override RequestSetting AtMost(long most) => new RequestSetting<T>(Name, kind.AtMost(most), get, set)
    {
        Summary = Summary, ValueName = ValueName, Default = Default, Example = Example,
        IsRecorded = IsRecorded, Belongs = Belongs, Standard = Standard,
    };

    internal override void Check(GenerationRequest request)
    {
        if (Belongs(request) && get(request) is { } value)
            Typed(value, Name.Replace('-', ' '));
    }

    private T Typed(object value, string name)
    {
        if (value is T typed)
            return kind.Allows(typed) ? typed : throw Refused(kind.Show(typed), name);
        var given = new SettingValue(value);
        if (!kind.TryRead(given.Parts, out var read))
            throw Refused(given.Shown, name, new FormatException());
        return kind.Allows(read) ? read : throw Refused(given.Shown, name);
    }

    private InvalidRequestException Refused(string shown, string name, Exception? cause = null) =>
        new($"{name}: {shown} is not {Expected}", cause);

    private static string Describe(GenerationRequest request) => request switch
    {
        TextToImageRequest => "a picture from words alone",
        InpaintRequest => "a picture of which a part is made anew",
        _ => "a picture from another one",
    };
}
