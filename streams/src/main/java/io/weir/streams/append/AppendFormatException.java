package io.weir.streams.append;

/** Bytes that are no frame of this version, or a frame beyond the bound. The connection is closed with 1003 or 1009. */
public final class AppendFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public AppendFormatException(String message) {
        super(message);
    }

    AppendFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
