package io.weir.local.cli;

import java.math.BigDecimal;

/** Credits as people write them, and micro-credits as Weir counts them: one credit is a million. */
final class Credits {
    private static final int DIGITS = 6;

    private Credits() {}

    /**
     * Micro-credits of a decimal number of credits, exactly.
     *
     * @throws IllegalArgumentException when it is no number, is below a micro-credit, or is too large to count
     */
    static long toMicro(String credits) {
        try {
            return new BigDecimal(credits).movePointRight(DIGITS).longValueExact();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"" + credits + "\" is no number of credits", e);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "\"" + credits + "\" cannot be counted: a credit has six decimal places", e);
        }
    }

    /** A plain number of credits, without an exponent or superfluous zeros. */
    static String toText(long micro) {
        return BigDecimal.valueOf(micro, DIGITS).stripTrailingZeros().toPlainString();
    }
}
