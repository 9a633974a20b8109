package io.leek.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.util.FileSystemUtils;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Follows a Dockerfile as far as that goes without Docker: each stage is a folder, and only Java is run. */
final class DockerImages {

    private static final JsonMapper JSON = new JsonMapper();

    private final Path folder;
    private final Path context;
    private final Map<String, String> arguments = new HashMap<>();
    private final Map<String, Image> images = new HashMap<>();
    private Image current = new Image(Path.of(""));

    private DockerImages(Path folder, Path context) {
        this.folder = folder;
        this.context = context;
    }

    /** One stage: its files below a folder, and what the last instruction of a kind said. */
    static final class Image {

        final Path root;
        Path workdir = Path.of("/");
        String user = "root";
        List<String> entrypoint = List.of();
        List<String> health = List.of();

        Image(Path root) {
            this.root = root;
        }

        /** Where a path of the image lies on this machine. */
        Path at(String path) {
            return root.resolve(workdir.resolve(path).toString().substring(1));
        }

        /** A command of the image as it runs on this machine. */
        List<String> here(List<String> command) {
            return command.stream()
                    .map(word -> word.equals("java") ? JavaProcess.java() : word)
                    .map(word -> word.startsWith("/opt/") ? at(word).toString() : word)
                    .toList();
        }
    }

    static Map<String, Image> build(Path dockerfile, Path folder, Path context, Map<String, String> arguments)
            throws Exception {
        DockerImages images = new DockerImages(folder.toAbsolutePath(), context.toAbsolutePath());
        for (String line : Files.readString(dockerfile)
                .replaceAll("(?m)^#.*\n", "")
                .replaceAll("\\\\\n\\s*", "")
                .lines()
                .filter(text -> !text.isBlank())
                .toList()) {
            images.follow(line.split(" ", 2)[0], line.split(" ", 2)[1], arguments);
        }
        return images.images;
    }

    private void follow(String instruction, String rest, Map<String, String> given) throws Exception {
        switch (instruction) {
            case "ARG" -> arguments.put(rest.split("=")[0], given.getOrDefault(rest.split("=")[0], rest.split("=")[1]));
            case "FROM" -> from(rest.split(" AS "));
            case "WORKDIR" -> {
                current.workdir = Path.of(rest);
                Files.createDirectories(current.at("."));
            }
            case "COPY" -> copy(rest.split(" "));
            case "RUN" -> run(rest);
            case "USER" -> current.user = rest;
            case "ENTRYPOINT" -> current.entrypoint = words(rest);
            case "HEALTHCHECK" -> current.health = words(rest.substring(rest.indexOf("CMD ") + 4));
            case "EXPOSE" -> {}
            default -> throw new AssertionError("This test does not know the instruction " + instruction);
        }
    }

    private void from(String[] baseAndName) throws IOException {
        current = new Image(folder.resolve(baseAndName[1]));
        Files.createDirectories(current.root);
        Image base = images.get(baseAndName[0]);
        if (base != null) {
            FileSystemUtils.copyRecursively(base.root, current.root);
            current.user = base.user;
            current.workdir = base.workdir;
        }
        images.put(baseAndName[1], current);
    }

    private void copy(String[] words) throws IOException {
        if (words[0].startsWith("--from=")) {
            Path from = images.get(words[0].substring("--from=".length())).at(words[1]);
            FileSystemUtils.copyRecursively(from, current.at(words[2]));
        } else {
            String name = arguments.get(words[0].substring(2, words[0].length() - 1));
            Files.copy(context.resolve(name), current.at(words[1]), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private void run(String commands) throws IOException, InterruptedException {
        for (String command : commands.split(" && ")) {
            List<String> words = new ArrayList<>(List.of(command.strip().split(" +")));
            if (words.get(0).equals("java")) {
                int exitCode = new ProcessBuilder(current.here(words))
                        .directory(current.at(".").toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("build.log").toFile())
                        .start()
                        .waitFor();
                if (exitCode != 0) {
                    throw new AssertionError(command + " ended with " + exitCode + ":\n"
                            + Files.readString(folder.resolve("build.log")));
                }
            }
        }
    }

    private static List<String> words(String json) {
        return JSON.readValue(json, new TypeReference<List<String>>() {});
    }
}
