package io.weir.local.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where things are.
 *
 * @param root the checkout
 * @param data what the stack keeps: {@code .weir} unless chosen otherwise
 */
public record Layout(Path root, Path data) {
    /** Makes both absolute. */
    public Layout {
        root = root.toAbsolutePath().normalize();
        data = data.toAbsolutePath().normalize();
    }

    /** The checkout that the current folder, or the launcher, is in; data in its {@code .weir}. */
    public static Layout find() {
        String told = System.getProperty("weir.root");
        Path folder = Path.of(told != null ? told : "").toAbsolutePath();
        while (folder != null) {
            if (Files.exists(folder.resolve("mvnw"))
                    && Files.exists(folder.resolve("local").resolve("pom.xml"))) {
                return new Layout(folder, folder.resolve(".weir"));
            }
            folder = folder.getParent();
        }
        throw new IllegalStateException(
                "no checkout of Weir around " + Path.of("").toAbsolutePath());
    }

    Path logs() {
        return data.resolve("logs");
    }

    Path log(Part part) {
        return logs().resolve(part.title() + ".log");
    }

    Path run() {
        return data.resolve("run");
    }

    Path secrets() {
        return data.resolve("secrets");
    }

    Path config() {
        return data.resolve("config");
    }

    Path postgresData() {
        return data.resolve("postgres");
    }

    Path journal() {
        return data.resolve("journal");
    }

    /** Unpacked PostgreSQL binaries: the same for every data folder of a checkout. */
    Path postgresBinaries() {
        return root.resolve(".weir").resolve("postgres-binaries");
    }

    Path serviceJar(String module) {
        return root.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
    }

    String cliClassPath() {
        return String.join(
                java.io.File.pathSeparator,
                List.of(
                        root.resolve("local/target/classes").toString(),
                        root.resolve("contracts/target/classes").toString(),
                        root.resolve("streams/target/classes").toString(),
                        root.resolve("local/target/lib") + "/*"));
    }

    String issuerClassPath() {
        return root.resolve("local/target/classes")
                + java.io.File.pathSeparator
                + root.resolve("local/target/issuer/lib")
                + "/*";
    }

    void createFolders() throws IOException {
        for (Path folder : List.of(logs(), run(), config(), journal(), postgresBinaries())) {
            Files.createDirectories(folder);
        }
    }
}
