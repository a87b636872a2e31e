using Grpc.Core;

namespace Brokkr.Broker.Rest;

/// <summary>What a method says about its REST answer beyond its message.</summary>
internal static class Answers
{
    /// <summary>REST answers this status instead of 200; gRPC is not affected.</summary>
    public static void AnswerWith(this ServerCallContext context, int httpStatus) =>
        context.GetHttpContext().Items[RestModule.StatusItem] = httpStatus;
}
