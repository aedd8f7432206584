package io.weir.bench.peer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs of the bench itself, each in a JVM of its own with the options of Weir's services. */
final class OwnProgram {
    static final List<String> JVM = List.of("-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xmx256m");

    private OwnProgram() {}

    /** What starts it, up to its arguments. */
    static List<String> command(Class<?> main) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        return command;
    }
}
