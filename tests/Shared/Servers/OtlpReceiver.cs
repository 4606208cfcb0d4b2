using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace PortalIntegration.Tests.Servers;

/// <summary>
/// Stands in for an OpenTelemetry collector: takes OTLP over gRPC or over HTTP, and decodes names and ties of spans and names of metrics
/// (https://github.com/open-telemetry/opentelemetry-proto).
/// </summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<OtlpSpan> _spans = new();
    private readonly ConcurrentDictionary<string, string> _metrics = new(StringComparer.Ordinal);
    private readonly WebApplication _server;

    private OtlpReceiver(WebApplication server) => _server = server;

    public IReadOnlyList<OtlpSpan> Spans => [.. _spans];

    /// <summary>Names of metrics, each with the service that sent it.</summary>
    public IReadOnlyDictionary<string, string> Metrics => _metrics;

    public string Address => _server.Urls.Single();

    /// <param name="grpc">Over HTTP/2, as OpenTelemetry defaults to; else <c>http/protobuf</c>.</param>
    public static async Task<OtlpReceiver> StartAsync(bool grpc)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var receiver = new OtlpReceiver(builder.Build());
        if (grpc)
        {
            receiver._server.MapPost("/opentelemetry.proto.collector.trace.v1.TraceService/Export", context => Unary(context, receiver.TakeSpans));
            receiver._server.MapPost("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", context => Unary(context, receiver.TakeMetrics));
        }
        else
        {
            receiver._server.MapPost("/v1/traces", context => Plain(context, receiver.TakeSpans));
            receiver._server.MapPost("/v1/metrics", context => Plain(context, receiver.TakeMetrics));
        }

        await receiver._server.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>A message of gRPC is a byte that says whether it is compressed, four of its length, and the message.</summary>
    private static async Task Unary(HttpContext context, Action<ReadOnlyMemory<byte>> take)
    {
        var body = await Read(context);
        if (body[0] != 0)
        {
            throw new InvalidDataException("Compressed messages are not taken here.");
        }

        take(body.AsMemory(5, (int)BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(1))));
        context.Response.ContentType = "application/grpc";
        context.Response.DeclareTrailer("grpc-status");
        await context.Response.Body.WriteAsync(new byte[5]);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private static async Task Plain(HttpContext context, Action<ReadOnlyMemory<byte>> take)
    {
        take(await Read(context));
        context.Response.ContentType = "application/x-protobuf";
    }

    private static async Task<byte[]> Read(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }

    private void TakeSpans(ReadOnlyMemory<byte> export)
    {
        foreach (var resource in All(export, 1))
        {
            var service = Service(resource);
            foreach (var scope in All(resource, 2))
            {
                var source = All(scope, 1).Select(named => Text(named, 1)).FirstOrDefault() ?? "";
                foreach (var span in All(scope, 2))
                {
                    _spans.Enqueue(new OtlpSpan(Hex(span, 1), Hex(span, 2), Hex(span, 4), Text(span, 5), source, service, Attributes(span, 9), [.. All(span, 13).Select(link => Hex(link, 1))]));
                }
            }
        }
    }

    private void TakeMetrics(ReadOnlyMemory<byte> export)
    {
        foreach (var resource in All(export, 1))
        {
            foreach (var name in All(resource, 2).SelectMany(scope => All(scope, 2)).Select(metric => Text(metric, 1)))
            {
                _metrics[name] = Service(resource);
            }
        }
    }

    private static string Service(ReadOnlyMemory<byte> resource) =>
        All(resource, 1).Select(described => Attributes(described, 1).GetValueOrDefault("service.name")).FirstOrDefault() ?? "";

    /// <summary>Those that are texts.</summary>
    private static Dictionary<string, string> Attributes(ReadOnlyMemory<byte> message, int field) => All(message, field)
        .GroupBy(pair => Text(pair, 1)).ToDictionary(pairs => pairs.Key, pairs => All(pairs.First(), 2).Select(value => Text(value, 1)).FirstOrDefault() ?? "");

    private static string Text(ReadOnlyMemory<byte> message, int field) => Encoding.UTF8.GetString(All(message, field).FirstOrDefault().Span);

    private static string Hex(ReadOnlyMemory<byte> message, int field) => Convert.ToHexStringLower(All(message, field).FirstOrDefault().Span);

    /// <summary>All values of a field that are texts, bytes or messages. Protocol buffers: a tag of field and kind, then a number, a length and bytes, or eight or four bytes.</summary>
    private static List<ReadOnlyMemory<byte>> All(ReadOnlyMemory<byte> message, int field)
    {
        List<ReadOnlyMemory<byte>> found = [];
        for (var at = 0; at < message.Length;)
        {
            var tag = Number(message.Span, ref at);
            switch (tag & 7)
            {
                case 0:
                    Number(message.Span, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 2:
                    var length = (int)Number(message.Span, ref at);
                    if (tag >> 3 == (ulong)field)
                    {
                        found.Add(message.Slice(at, length));
                    }

                    at += length;
                    break;
                case 5:
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"No protocol buffer: kind {tag & 7}.");
            }
        }

        return found;
    }

    private static ulong Number(ReadOnlySpan<byte> message, ref int at)
    {
        var number = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            number |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return number;
            }
        }
    }
}

/// <param name="Parent">Empty for the first of its trace.</param>
/// <param name="Source">The name of what made it.</param>
/// <param name="Links">Traces that it is linked to.</param>
public sealed record OtlpSpan(
    string Trace, string Id, string Parent, string Name, string Source, string Service, IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<string> Links);
