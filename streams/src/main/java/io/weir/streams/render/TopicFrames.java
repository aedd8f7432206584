package io.weir.streams.render;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.streams.json.JsonText;
import io.weir.streams.sse.EventStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What is said on a topic, as a response body.
 *
 * <pre>
 *   SSE     event: NAME   id: CURSOR   data: PAYLOAD          a lone id moves the cursor and is no event
 *   NDJSON  {"event":NAME,"payload":PAYLOAD,"cursor":CURSOR}  a line without an event moves the cursor
 * </pre>
 *
 * The cursor is opaque to readers; events without one leave the last in force.
 */
public final class TopicFrames {
    private TopicFrames() {}

    /** The first bytes of a response: from here on, a reader that comes back with this cursor misses nothing. */
    public static ByteBuf connected(Framing framing, String cursor) {
        ByteBuf out = Unpooled.buffer(96);
        switch (framing) {
            case SSE -> {
                EventStream.connected(out);
                JsonText.raw("id: " + cursor + "\n\n", out);
            }
            case NDJSON -> JsonText.raw("{\"cursor\":\"" + cursor + "\"}\n", out);
        }
        return out;
    }

    /**
     * One event.
     *
     * @param event its name; control characters, which no line can hold, are shown as underscores
     * @param payload JSON, UTF-8; may have line breaks between its tokens
     * @param cursor ASCII without quotes and line breaks; null for events that leave the cursor where it is
     */
    public static ByteBuf event(Framing framing, String event, byte[] payload, @Nullable String cursor) {
        ByteBuf out = Unpooled.buffer(payload.length + event.length() + 128);
        switch (framing) {
            case SSE -> {
                JsonText.raw("event: ", out);
                out.writeCharSequence(oneLine(event), StandardCharsets.UTF_8);
                if (cursor != null) {
                    JsonText.raw("\nid: " + cursor, out);
                }
                JsonText.raw("\ndata: ", out);
                oneLine(payload, out);
                JsonText.raw("\n\n", out);
            }
            case NDJSON -> {
                JsonText.raw("{\"event\":", out);
                JsonText.quoted(event, out);
                JsonText.raw(",\"payload\":", out);
                oneLine(payload, out);
                if (cursor != null) {
                    JsonText.raw(",\"cursor\":\"" + cursor + "\"", out);
                }
                JsonText.raw("}\n", out);
            }
        }
        return out;
    }

    /** What keeps an idle connection open: a comment, or a blank line. */
    public static ByteBuf heartbeat(Framing framing) {
        ByteBuf out = Unpooled.buffer(16);
        Frames.of(framing).heartbeat(out);
        return out;
    }

    private static String oneLine(String event) {
        var line = new StringBuilder(event);
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) < ' ' || line.charAt(i) == 0x7F) {
                line.setCharAt(i, '_');
            }
        }
        return line.toString();
    }

    /** Inside a string JSON has no raw line break, so one stands between tokens, where a blank is as good. */
    private static void oneLine(byte[] json, ByteBuf out) {
        int from = 0;
        for (int i = 0; i < json.length; i++) {
            if (json[i] == '\n' || json[i] == '\r') {
                out.writeBytes(json, from, i - from).writeByte(' ');
                from = i + 1;
            }
        }
        out.writeBytes(json, from, json.length - from);
    }
}
