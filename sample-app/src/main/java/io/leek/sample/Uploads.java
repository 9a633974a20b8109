package io.leek.sample;

import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;
import org.springframework.web.multipart.MultipartFile;

/** Takes an upload whole or leaves nothing of it: file, row and task. */
@Component
class Uploads {

    private final Pictures pictures;
    private final Gallery gallery;

    Uploads(Pictures pictures, Gallery gallery) {
        this.pictures = pictures;
        this.gallery = gallery;
    }

    Photo accept(MultipartFile file) throws IOException {
        UUID id = UUID.randomUUID();
        try {
            // Outside the transaction: no connection waits for the disk, and the file is there before the task is.
            pictures.keepOriginal(id, file::transferTo);
            return gallery.add(id, name(file.getOriginalFilename()));
        } catch (IOException | RuntimeException e) {
            forget(id, e);
            throw e;
        }
    }

    /** The row too: where the task could not be sent after the commit, it is already there. */
    private void forget(UUID id, Exception reason) {
        try {
            gallery.remove(id);
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    private static String name(@Nullable String fileName) {
        String name = fileName == null ? null : StringUtils.getFilename(fileName.replace('\\', '/'));
        if (!StringUtils.hasText(name)) {
            return "upload";
        }
        return name.length() > Photo.MAX_NAME ? name.substring(0, Photo.MAX_NAME) : name;
    }
}
