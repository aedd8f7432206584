package io.weir.streams.life;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.streams.json.JsonText;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The whole text of a closed stream, for the settle record. */
final class ClosedText {
    /** Text past this is not hashed: it would hold up the other streams of the loop. */
    private static final int MOST_BYTES = 1024 * 1024;

    private ClosedText() {}

    /** Lower-case hex SHA-256 of the text as people read it, in UTF-8; absent without text, or with too much of it. */
    static @Nullable String sha256(List<Run> runs) {
        ByteBuf escaped = Unpooled.buffer();
        for (Run run : runs) {
            if (run instanceof Deltas deltas && deltas.isText()) {
                ByteBuf text = deltas.text();
                escaped.writeBytes(text, text.readerIndex(), text.readableBytes());
            }
            if (escaped.readableBytes() > MOST_BYTES) {
                return null;
            }
        }
        if (!escaped.isReadable()) {
            return null;
        }
        byte[] plain = JsonText.unescape(escaped).getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(digest().digest(plain));
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
