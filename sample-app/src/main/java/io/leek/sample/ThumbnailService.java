package io.leek.sample;

import io.leek.LeekTask;
import io.leek.TaskContext;
import io.leek.sample.PictureReader.Picture;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import net.coobird.thumbnailator.Thumbnails;
import net.coobird.thumbnailator.resizers.configurations.ScalingMode;
import net.coobird.thumbnailator.util.exif.ExifFilterUtils;
import net.coobird.thumbnailator.util.exif.Orientation;
import org.springframework.stereotype.Service;

/** Makes the thumbnails of a photo: the slow work that is moved out of the upload. */
@Service
class ThumbnailService {

    private static final double QUALITY = 0.85;

    private final PhotoRepository photos;
    private final Pictures pictures;
    private final PictureReader reader;

    ThumbnailService(PhotoRepository photos, Pictures pictures, PictureReader reader) {
        this.photos = photos;
        this.pictures = pictures;
        this.reader = reader;
    }

    /**
     * Makes every size, also those that an attempt before this one left. A disk that is full or slow may be well again a
     * little later, an upload that is no picture never is.
     *
     * @throws UnreadablePictureException if the upload is no picture; its message ends up in the failed task
     */
    @LeekTask(
            maxRetries = 3,
            delay = "2s",
            multiplier = 3,
            includes = IOException.class,
            excludes = UnreadablePictureException.class)
    public void makeThumbnails(UUID photoId) throws IOException {
        Photo photo = photos.findById(photoId)
                .orElseThrow(() -> new IllegalStateException("Photo " + photoId + " is no longer in the gallery."));
        Picture picture = reader.read(pictures.original(photoId), photo.name());

        BufferedImage image = picture.image();
        Orientation orientation = picture.orientation();
        for (int i = Pictures.SIZES.size() - 1; i >= 0; i--) { // each from the next larger: the slow step is done once
            int size = Pictures.SIZES.get(i);
            image = shrink(image, size);
            if (orientation != null) {
                image = ExifFilterUtils.getFilterForOrientation(orientation).apply(image);
                orientation = null;
            }
            BufferedImage thumbnail = image;
            String format = picture.photograph() ? "jpg" : "png";
            pictures.keepThumbnail(photoId, size, format, file -> write(thumbnail, format, file));
            int made = Pictures.SIZES.size() - i;
            TaskContext.current().ifPresent(task -> task.progress(made, Pictures.SIZES.size()));
        }
    }

    private static BufferedImage shrink(BufferedImage image, int size) throws IOException {
        double factor = Math.min(1, size / (double) Math.max(image.getWidth(), image.getHeight()));
        return Thumbnails.of(image)
                .forceSize(side(image.getWidth(), factor), side(image.getHeight(), factor))
                .scalingMode(ScalingMode.PROGRESSIVE_BILINEAR)
                .imageType(image.getColorModel().hasAlpha() ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB)
                .asBufferedImage();
    }

    private static int side(int pixels, double factor) {
        return (int) Math.max(1, Math.round(pixels * factor));
    }

    private static void write(BufferedImage image, String format, Path file) throws IOException {
        try (var out = Files.newOutputStream(file)) {
            Thumbnails.of(image)
                    .scale(1)
                    .outputFormat(format)
                    .outputQuality(QUALITY)
                    .toOutputStream(out);
        }
    }
}
