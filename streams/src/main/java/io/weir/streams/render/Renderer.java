package io.weir.streams.render;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.ProblemType;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;

/**
 * Writes a stream as one dialect in one framing, for one reader. What is written depends only on the run, never on what was
 * written before, so that a resumed reader gets the same bytes. One exception: function calls in chat.completions come
 * piece by piece to a reader who has seen the stream from its beginning, and whole, at the end, to one who has resumed.
 *
 * <p>A run that the dialect has no words for (reasoning in the token dialect) writes nothing. Runs of several deltas
 * become one event; its {@code id:} is the last offset.
 *
 * <p><b>The rule for clients</b> that dedupe by offset: skip an event whose {@code offset} (SSE {@code id:},
 * {@code sequence_number}) is not beyond the last one seen; a merged delta ({@code from} … offset) never straddles what
 * the same reader was sent before; an event with {@code "snapshot":true} replaces the text shown so far.
 */
public interface Renderer {
    /**
     * The renderer of a dialect.
     *
     * @param stream gives the ids of the OpenAI dialects
     * @param model shown as {@code model} in the OpenAI dialects
     * @param includeUsage chat.completions only: one more chunk with the usage before {@code [DONE]}
     */
    static Renderer of(Dialect dialect, Framing framing, StreamId stream, String model, boolean includeUsage) {
        Frames frames = Frames.of(framing);
        return switch (dialect) {
            case RESPONSES -> new ResponsesRenderer(frames, stream, model);
            case CHAT_COMPLETIONS -> new ChatCompletionsRenderer(frames, stream, model, includeUsage);
            case TOKEN -> new SimpleRenderer(frames, false);
            case CHUNK -> new SimpleRenderer(frames, true);
        };
    }

    /** The renderer of a dialect, without a usage chunk. */
    static Renderer of(Dialect dialect, Framing framing, StreamId stream, String model) {
        return of(dialect, framing, stream, model, false);
    }

    /** The renderer of canonical events for a socket that carries several streams, one line an event. */
    static Renderer ofSocket(StreamId stream) {
        return new SocketRenderer(stream);
    }

    /** Writes one run; the terminal brings whatever ends the dialect. */
    void render(Run run, ByteBuf out);

    /**
     * Writes a snapshot: all text up to {@code text.last()}, which replaces what was shown. Dialects without offsets
     * write nothing.
     */
    void snapshot(Deltas text, ByteBuf out);

    /**
     * Writes one of our own events ({@code weir.usage}, {@code weir.gap}, {@code weir.truncated}).
     *
     * <p>SSE: {@code event: weir.usage}, its JSON as data, no {@code id:}. An EventSource shows it only to who listens for
     * that name; a client that reads {@code data:} lines by hand meets an object with neither {@code token} nor
     * {@code text} nor {@code error}. So send it only to callers that asked for it if they might not look. In
     * chat.completions nothing is written: its SDKs hand every data line to the caller as a chunk. {@code weir.gap} and
     * {@code weir.truncated} are written in the Responses dialect only.
     *
     * @param type the event's type
     * @param json the event, one line
     */
    void weir(String type, ByteBuf json, ByteBuf out);

    /** Writes the first bytes of a response, before any event is known. */
    void connected(ByteBuf out);

    /** Writes what keeps an idle connection open. */
    void heartbeat(ByteBuf out);

    /**
     * Writes the error, and the end, of a response that is committed although no stream began. Not for a connection that
     * is lost in mid-stream: there the response is simply cut, so that the client resumes.
     */
    void problem(ProblemType type, String detail, ByteBuf out);
}
