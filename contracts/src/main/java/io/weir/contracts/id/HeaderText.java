package io.weir.contracts.id;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * A name in a header between the services. Header values are ASCII on the way, names are not: letters, digits and
 * {@code . - _ *} stand for themselves, everything else is percent-encoded UTF-8.
 */
public final class HeaderText {
    private HeaderText() {}

    /** The name as a header value. */
    public static String encode(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * The name that a header value stands for.
     *
     * @throws IllegalArgumentException if a percent sign is followed by anything but two hexadecimal digits
     */
    public static String decode(String value) {
        return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
