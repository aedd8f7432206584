package io.weir.metering.usage;

import io.weir.metering.answer.ProblemException;
import java.time.ZoneId;
import java.time.zone.ZoneRulesException;

/** Time zones that callers name. */
public final class TimeZones {
    private TimeZones() {}

    /**
     * A region's zone, by a name that PostgreSQL knows as well. Offsets such as {@code +02:00} are refused: PostgreSQL
     * reads their sign the other way round.
     *
     * @throws ProblemException malformed, if there is no such zone
     */
    public static ZoneId parse(String name) {
        if (name.equals("UTC") || name.contains("/")) {
            try {
                var zone = ZoneId.of(name);
                if (ZoneId.getAvailableZoneIds().contains(name)) {
                    return zone;
                }
            } catch (ZoneRulesException _) {
                throw unknown();
            }
        }
        throw unknown();
    }

    private static ProblemException unknown() {
        return ProblemException.malformed("The time zone must be UTC or a name such as Europe/Vienna.");
    }
}
