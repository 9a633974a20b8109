package io.leek.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * The picture files: a folder for each photo, in it the file as uploaded and its thumbnails. A file is either whole or
 * not there, also after the process was killed.
 */
@Component
class Pictures {

    /** The longer sides of the thumbnails in pixels. */
    static final List<Integer> SIZES = List.of(200, 400, 800);

    private static final String ORIGINAL = "original";

    private final Path folder;

    Pictures(SampleProperties properties) {
        this.folder = properties.dataDir().resolve("pictures").toAbsolutePath().normalize();
    }

    Path original(UUID photo) {
        return folder(photo).resolve(ORIGINAL);
    }

    void keepOriginal(UUID photo, Content content) throws IOException {
        keep(original(photo), content);
    }

    void keepThumbnail(UUID photo, int size, String format, Content content) throws IOException {
        keep(folder(photo).resolve(size + "." + format), content);
    }

    /** The thumbnail, with its format as the extension; empty while it is not made, and for a size there is not. */
    Optional<Path> thumbnail(UUID photo, int size) {
        return Stream.of("jpg", "png")
                .map(format -> folder(photo).resolve(size + "." + format))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /** The sizes whose thumbnails are made. */
    List<Integer> thumbnails(UUID photo) {
        return SIZES.stream().filter(size -> thumbnail(photo, size).isPresent()).toList();
    }

    /** The photos that have files here, none of which was written after the given time. */
    List<UUID> untouchedSince(Instant time) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(folder)) {
            return folders.filter(one -> isUntouchedSince(one, time))
                    .flatMap(one -> id(one).stream())
                    .toList();
        }
    }

    private static boolean isUntouchedSince(Path path, Instant time) {
        try {
            return Files.getLastModifiedTime(path).toInstant().isBefore(time);
        } catch (IOException e) {
            // Gone, or not to be read: nothing to clean up either way.
            return false;
        }
    }

    private static Optional<UUID> id(Path folder) {
        try {
            return Optional.of(UUID.fromString(folder.getFileName().toString()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    void remove(UUID photo) {
        try {
            FileSystemUtils.deleteRecursively(folder(photo));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void keep(Path file, Content content) throws IOException {
        Files.createDirectories(file.getParent());
        Path part = Files.createTempFile(file.getParent(), file.getFileName() + ".", ".part");
        try {
            content.writeTo(part);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private Path folder(UUID photo) {
        return folder.resolve(photo.toString());
    }

    /** What writes a file's content. */
    @FunctionalInterface
    interface Content {
        void writeTo(Path file) throws IOException;
    }
}
