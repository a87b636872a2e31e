namespace Brokkr.Broker.Rest;

/// <summary>REST answers this status where the method succeeds, instead of 200; gRPC is not affected.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AnswersAttribute(int status) : Attribute
{
    public int Status => status;
}
