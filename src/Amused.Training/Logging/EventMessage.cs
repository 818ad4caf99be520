using Google.Protobuf;

namespace Amused.Training;

/// <summary>
/// TensorBoard's messages, as far as a log needs them, written field by field (field numbers of event.proto, summary.proto and tensor.proto).
/// </summary>
internal static class EventMessage
{
    private const int StringType = 7; // DT_STRING
    private const int Rgb = 3;
    private const int TensorData = 2; // DATA_CLASS_TENSOR
    private const int Start = 1; // SessionLog.START

    /// <summary>The first message of a file.</summary>
    public static byte[] Version(double wallTime) => Message(output =>
    {
        Double(output, 1, wallTime);
        Text(output, 3, "brain.Event:2");
    });

    /// <summary>Says that a run begins anew at a step: what older files have of it and later ones no longer counts.</summary>
    public static byte[] SessionStart(double wallTime, long step) => Event(wallTime, step, 7, Message(output => Number(output, 1, Start)));

    /// <summary>A figure.</summary>
    public static byte[] Scalar(double wallTime, long step, string tag, double value) => Summary(wallTime, step, tag, output =>
    {
        output.WriteTag(2, WireFormat.WireType.Fixed32);
        output.WriteFloat((float)value);
    });

    /// <summary>A picture, as the bytes of a PNG or JPEG file.</summary>
    public static byte[] Image(double wallTime, long step, string tag, int width, int height, byte[] encoded) => Summary(wallTime, step, tag, output =>
        Bytes(output, 4, Message(image =>
        {
            Number(image, 1, height);
            Number(image, 2, width);
            Number(image, 3, Rgb);
            Bytes(image, 4, encoded);
        })));

    /// <summary>A text, which TensorBoard shows as Markdown.</summary>
    public static byte[] Text(double wallTime, long step, string tag, string text) => Summary(wallTime, step, tag, output =>
    {
        Bytes(output, 8, Message(tensor =>
        {
            Number(tensor, 1, StringType);
            Bytes(tensor, 2, Message(shape => Bytes(shape, 2, Message(dimension => Number(dimension, 1, 1)))));
            Text(tensor, 8, text);
        }));
        Bytes(output, 9, Message(metadata =>
        {
            Bytes(metadata, 1, Message(plugin => Text(plugin, 1, "text")));
            Number(metadata, 4, TensorData);
        }));
    });

    private static byte[] Summary(double wallTime, long step, string tag, Action<CodedOutputStream> value) =>
        Event(wallTime, step, 5, Message(summary => Bytes(summary, 1, Message(output =>
        {
            Text(output, 1, tag);
            value(output);
        }))));

    private static byte[] Event(double wallTime, long step, int field, byte[] content) => Message(output =>
    {
        Double(output, 1, wallTime);
        Number(output, 2, step);
        Bytes(output, field, content);
    });

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using MemoryStream stream = new();
        using (CodedOutputStream output = new(stream, leaveOpen: true))
            write(output);
        return stream.ToArray();
    }

    private static void Double(CodedOutputStream output, int field, double value)
    {
        output.WriteTag(field, WireFormat.WireType.Fixed64);
        output.WriteDouble(value);
    }

    private static void Number(CodedOutputStream output, int field, long value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(value);
    }

    private static void Text(CodedOutputStream output, int field, string value)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(value);
    }

    private static void Bytes(CodedOutputStream output, int field, byte[] value)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(UnsafeByteOperations.UnsafeWrap(value));
    }
}
