package io.weir.gateway.machines;

import java.util.regex.Pattern;

/**
 * A machine's name.
 *
 * @param app its fleet
 * @param id unique within the fleet
 */
public record MachineId(String app, String id) implements Comparable<MachineId> {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /** Both parts are 1 to 64 letters, digits, dots, dashes and underscores, the first one a letter or digit. */
    public MachineId {
        if (!isName(app) || !isName(id)) {
            throw new IllegalArgumentException("app and id: 1 to 64 letters, digits, '.', '-', '_'");
        }
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** Reads {@link #toString()}. */
    static MachineId parse(String text) {
        int slash = text.indexOf('/');
        return new MachineId(text.substring(0, slash), text.substring(slash + 1));
    }

    @Override
    public int compareTo(MachineId other) {
        int byApp = app.compareTo(other.app);
        return byApp == 0 ? id.compareTo(other.id) : byApp;
    }

    @Override
    public String toString() {
        return app + "/" + id;
    }
}
