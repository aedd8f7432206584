package io.weir.metering.database;

import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Tells a database that is away, or too busy, from a statement that was refused. */
public final class DatabaseFailures {
    private static final String UNIQUE_VIOLATION = "23505";

    private DatabaseFailures() {}

    /** True where the same call may succeed later. */
    public static boolean away(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PgException refused) {
                return passing(refused.getSqlState());
            }
            if (cause instanceof IOException
                    || cause instanceof TimeoutException
                    || cause instanceof io.smallrye.mutiny.TimeoutException
                    || cause instanceof VertxException
                    || cause instanceof NoStackTraceThrowable) {
                return true;
            }
        }
        return false;
    }

    /** True where another statement has just written the same key. */
    public static boolean duplicate(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PgException refused && UNIQUE_VIOLATION.equals(refused.getSqlState())) {
                return true;
            }
        }
        return false;
    }

    /** Connection lost (08), rolled back by a deadlock (40), out of resources (53), stopped by an operator (57). */
    private static boolean passing(@Nullable String sqlState) {
        return sqlState != null
                && sqlState.length() == 5
                && switch (sqlState.substring(0, 2)) {
                    case "08", "40", "53", "57" -> true;
                    default -> false;
                };
    }
}
