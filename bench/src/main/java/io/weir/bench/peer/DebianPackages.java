package io.weir.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Debian's packages, unpacked into a folder and run from there.
 *
 * @param folder packages go to {@code packages} in it, what is in them to {@code root}
 */
record DebianPackages(Workshop workshop, Path folder) {
    /**
     * Downloads and unpacks them, unless this program is there.
     *
     * @throws IOException if they cannot be had
     */
    void unpack(List<String> names, Path program) throws IOException, InterruptedException {
        if (Files.isExecutable(program)) {
            return;
        }
        Path packages = Files.createDirectories(folder.resolve("packages"));
        try {
            download(packages, names, List.of());
        } catch (IOException _) {
            download(packages, names, ownLists(packages));
        }
        try (Stream<Path> files = Files.list(packages)) {
            for (Path file :
                    files.filter(name -> name.toString().endsWith(".deb")).toList()) {
                workshop.run(
                        packages,
                        List.of(
                                "dpkg",
                                "-x",
                                file.toString(),
                                folder.resolve("root").toString()));
            }
        }
    }

    /** Lists of its own where the machine's are not there: nobody need be root. */
    private List<String> ownLists(Path packages) throws IOException, InterruptedException {
        Path lists = Files.createDirectories(folder.resolve("apt/lists"));
        Path archives = Files.createDirectories(folder.resolve("apt/cache"));
        Files.createDirectories(lists.resolve("partial"));
        Files.createDirectories(archives.resolve("archives/partial"));
        List<String> own = List.of("-o", "Dir::State::Lists=" + lists, "-o", "Dir::Cache=" + archives);
        List<String> update = new ArrayList<>(List.of("apt-get", "-qq"));
        update.addAll(own);
        update.add("update");
        workshop.run(packages, update);
        return own;
    }

    private void download(Path packages, List<String> names, List<String> options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("apt-get", "-qq"));
        command.addAll(options);
        command.add("download");
        command.addAll(names);
        workshop.run(packages, command);
    }
}
