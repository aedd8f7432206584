package io.weir.bench.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Numbers in published texts: {@code #} and eight hexadecimal digits. They survive every envelope, and a frame that holds
 * several merged texts shows all their numbers.
 */
final class Marks {
    private static final int DIGITS = 8;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private Marks() {}

    /** Takes a number. */
    @FunctionalInterface
    interface Taker {
        void mark(int number);
    }

    /** A text of so many bytes that carries the number. */
    static byte[] text(int number, int bytes) {
        byte[] text = new byte[Math.max(bytes, DIGITS + 1)];
        java.util.Arrays.fill(text, (byte) 'x');
        text[0] = '#';
        for (int i = 0; i < DIGITS; i++) {
            text[DIGITS - i] = HEX[number >>> (4 * i) & 0xF];
        }
        text[text.length - 1] = text.length > DIGITS + 1 ? (byte) ' ' : text[DIGITS];
        return text;
    }

    /** Hands on the numbers between position and limit, in order; moves neither. */
    static void find(ByteBuffer payload, Taker taker) {
        int last = payload.limit() - DIGITS;
        for (int at = payload.position(); at < last; at++) {
            if (payload.get(at) == '#') {
                int number = number(payload, at + 1);
                if (number >= 0) {
                    taker.mark(number);
                    at += DIGITS;
                }
            }
        }
    }

    private static int number(ByteBuffer payload, int from) {
        int number = 0;
        for (int i = from; i < from + DIGITS; i++) {
            int digit = Character.digit(payload.get(i), 16);
            if (digit < 0) {
                return -1;
            }
            number = number << 4 | digit;
        }
        return number;
    }
}
