package io.leek.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
