package io.weir.gateway.counting;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.IntArrayList;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Attributes a text's tokens to the deltas it came in: a token belongs to the delta in which it ends. The last word of a
 * batch is looked at again together with the next batch, since tokens do not reach across the space before a word: so the
 * sum over all deltas is what counting the whole text at once gives, however it was cut.
 */
final class DeltaTokens {
    private static final JsonFactory JSON = new JsonFactory();
    /** A last word longer than this is not looked at again. */
    private static final int MAX_TAIL_CHARS = 2048;

    private final Encoding encoding;
    private String tail = "";
    private int tailTokens;

    DeltaTokens(Encoding encoding) {
        this.encoding = encoding;
    }

    /** Deltas of one run. */
    static final class Piece {
        private final ByteBuf text;
        private final int[] ends;

        /**
         * Deltas.
         *
         * @param text escaped JSON string content
         * @param ends end of each delta in {@code text}; nobody writes to it any more
         */
        Piece(ByteBuf text, int[] ends) {
            this.text = text;
            this.ends = ends;
        }

        private int count() {
            return ends.length;
        }

        private int start(int index) {
            return index == 0 ? 0 : ends[index - 1];
        }

        private int bytes(int index) {
            return ends[index] - start(index);
        }

        private String delta(int index) {
            byte[] escaped = new byte[bytes(index)];
            text.getBytes(text.readerIndex() + start(index), escaped);
            return unescaped(escaped);
        }
    }

    /** The tokens of each delta, in order. */
    int[] count(List<Piece> batch) {
        int deltas = batch.stream().mapToInt(Piece::count).sum();
        int[] ends = new int[deltas];
        var text = new StringBuilder(tail);
        int bytes = tail.getBytes(StandardCharsets.UTF_8).length;
        int next = 0;
        for (Piece piece : batch) {
            for (int i = 0; i < piece.count(); i++) {
                String delta = piece.delta(i);
                text.append(delta);
                bytes += delta.getBytes(StandardCharsets.UTF_8).length;
                ends[next++] = bytes;
            }
        }
        return attribute(text.toString(), ends);
    }

    /** For a batch that could not be counted: a token per four bytes. */
    static int[] estimated(List<Piece> batch) {
        return batch.stream()
                .flatMapToInt(piece -> IntStream.range(0, piece.count()).map(i -> Math.ceilDiv(piece.bytes(i), 4)))
                .toArray();
    }

    private int[] attribute(String text, int[] ends) {
        IntArrayList found = encoding.encodeOrdinary(text);
        int cut = cut(text);
        int cutBytes = text.substring(0, cut).getBytes(StandardCharsets.UTF_8).length;
        int[] tokens = new int[ends.length];
        int credited = tailTokens;
        int bytes = 0;
        int before = 0;
        int delta = 0;
        var one = new IntArrayList(1);
        for (int i = 0; i < found.size(); i++) {
            one.clear();
            one.add(found.get(i));
            bytes += encoding.decodeBytes(one).length;
            if (bytes <= cutBytes) {
                before++;
            }
            while (delta < ends.length - 1 && bytes > ends[delta]) {
                delta++;
            }
            if (credited > 0) {
                credited--; // Counted with an earlier batch.
            } else {
                tokens[delta]++;
            }
        }
        tail = text.substring(cut);
        tailTokens = Math.max(0, found.size() - before);
        return tokens;
    }

    /** Start of the last word with its space; all if there has been none for long. */
    private static int cut(String text) {
        for (int i = text.length() - 1; i > 0; i--) {
            if (text.charAt(i) == ' ' && !Character.isWhitespace(text.charAt(i - 1))) {
                return i;
            }
        }
        return text.length() > MAX_TAIL_CHARS ? text.length() : 0;
    }

    /** The text of an escaped slice; what is no sound JSON string content counts as it stands. */
    private static String unescaped(byte[] escaped) {
        byte[] quoted = new byte[escaped.length + 2];
        System.arraycopy(escaped, 0, quoted, 1, escaped.length);
        quoted[0] = '"';
        quoted[escaped.length + 1] = '"';
        try (JsonParser parser = JSON.createParser(quoted)) {
            String text = parser.nextTextValue();
            return text == null ? "" : text;
        } catch (IOException e) {
            return new String(escaped, StandardCharsets.UTF_8);
        }
    }
}
