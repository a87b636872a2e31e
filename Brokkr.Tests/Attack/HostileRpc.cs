using System.IO.Compression;
using System.Text;
using Brokkr.Tests.Broker;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Tests.Attack;

/// <summary>Calls to every method over gRPC, written field by field, so that nothing a library refuses is left out. The random decides which.</summary>
internal sealed class HostileRpc(Random random, Prey prey)
{
    private static readonly long[] Numbers =
        [0, 1, -1, 5, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, 253_402_300_799, 253_402_300_800, -62_135_596_801];

    private readonly HostileText _text = new(random, prey);

    /// <summary>A path, a message and how that is said to be packed.</summary>
    public (string Path, byte[] Message, string? Encoding, string Key) Next()
    {
        _text.Begin();
        var method = ContractMethods.All[random.Next(ContractMethods.All.Count)];
        var message = Prey.IsEnd(method.Name) ? [] : Mangled(Message(method.InputType, 0));
        var path = random.Next(40) == 0
            ? _text.Pick("/x.Y/Z", "/brokkr.v1.HealthService/No", "/brokkr.v1.HealthService/", "/grpc.health.v1.Health/Check")
            : $"/{method.Service.FullName}/{method.Name}";
        var key = random.Next(30) == 0 ? "" : $"Bearer {prey.PakFor(method.Name, random)}";
        return random.Next(25) switch
        {
            0 => (path, Packed(message), "gzip", key),
            1 => (path, Packed(new byte[20_000_000]), "gzip", key),
            2 => (path, message, _text.Pick("gzip", "br", "identity", "x"), key),
            _ => (path, message, null, key),
        };
    }

    private byte[] Message(MessageDescriptor kind, int depth)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            foreach (var field in kind.Fields.InDeclarationOrder().Where(_ => random.Next(3) > 0))
            {
                var count = !field.IsRepeated ? 1 : random.Next(60) == 0 && depth == 0 ? _text.Pick(1001, 2000) : random.Next(depth > 2 ? 2 : 4);
                if (depth == 0 && field.IsRepeated && random.Next(50) == 0)
                    Flood(output, field);
                for (var i = 0; i < count; i++)
                    Write(output, field, depth);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>As many empty items as a request can hold: on the wire two bytes each, as JSON a hundred.</summary>
    private static void Flood(CodedOutputStream output, FieldDescriptor field)
    {
        for (var i = 0; i < 500_000; i++)
        {
            output.WriteTag(field.FieldNumber, WireFormat.WireType.LengthDelimited);
            output.WriteLength(0);
        }
    }

    private void Write(CodedOutputStream output, FieldDescriptor field, int depth)
    {
        if (random.Next(60) == 0)
        {
            // Another type than the field has.
            output.WriteTag(field.FieldNumber, WireFormat.WireType.Fixed64);
            output.WriteFixed64(ulong.MaxValue);
            return;
        }

        switch (field.FieldType)
        {
            case FieldType.Message when depth < 8:
                output.WriteTag(field.FieldNumber, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(
                    field.MessageType == Timestamp.Descriptor && random.Next(2) == 0 ? Now() : Message(field.MessageType, depth + 1)));
                break;
            case FieldType.String:
                output.WriteTag(field.FieldNumber, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(random.Next(40) == 0 ? ByteString.CopyFrom(0xFF, 0xC0, 0x80) : ByteString.CopyFrom(_text.In(field), Encoding.UTF8));
                break;
            case FieldType.Message:
                break;
            case FieldType.Double:
                output.WriteTag(field.FieldNumber, WireFormat.WireType.Fixed64);
                output.WriteDouble(_text.Pick(double.NaN, double.PositiveInfinity, 0));
                break;
            default:
                output.WriteTag(field.FieldNumber, WireFormat.WireType.Varint);
                output.WriteInt64(HostileText.IsWait(field) ? random.Next(2) : random.Next(2) == 0 ? random.Next(5) : Numbers[random.Next(Numbers.Length)]);
                break;
        }
    }

    private static byte[] Now() => TimeProvider.System.GetUtcNow().ToTimestamp().ToByteArray();

    private byte[] Mangled(byte[] message)
    {
        switch (random.Next(20))
        {
            case 0:
                return message[..random.Next(message.Length + 1)];
            case 1 when message.Length > 0:
                message[random.Next(message.Length)] ^= (byte)random.Next(256);
                return message;
            case 2:
                random.NextBytes(message);
                return message;
            default:
                return message;
        }
    }

    private static byte[] Packed(byte[] message)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(message);
        return packed.ToArray();
    }
}
