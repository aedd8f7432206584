package io.weir.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Packages from npm, in the versions of a lock file in the repository.
 *
 * @param folder where they are installed, with the program that uses them
 */
record NpmPackages(Workshop workshop, Path folder) {
    /**
     * Installs what the lock file among a peer's sources names, unless it is there as the lock file has it.
     *
     * @param peer whose sources in the repository
     * @param module one of the packages
     * @return the versions of that package and of Node
     * @throws IOException if npm cannot install it
     */
    String install(String peer, String module) throws IOException, InterruptedException {
        return install(workshop.copied(peer, folder), module);
    }

    /** Installs what the lock file in the folder names, unless that is fresh and the package is there. */
    String install(boolean fresh, String module) throws IOException, InterruptedException {
        if (!fresh || !Files.isDirectory(folder.resolve("node_modules").resolve(module))) {
            workshop.run(folder, List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
        }
        String version = "require('./node_modules/" + module + "/package.json').version";
        return module + " "
                + workshop.run(folder, List.of("node", "-p", version)).strip() + ", Node "
                + workshop.run(folder, List.of("node", "--version")).strip();
    }
}
