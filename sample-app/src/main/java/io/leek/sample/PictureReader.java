package io.leek.sample;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import net.coobird.thumbnailator.util.exif.Orientation;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Decodes JPEG, PNG and GIF files into no more than {@value #MAX_DECODED} pixels of memory, whatever their size. */
@Component
class PictureReader {

    static final long MAX_PIXELS = 100_000_000;
    static final int MAX_SIDE = 65_535;
    static final long MAX_DECODED = 16_000_000;

    private static final Set<String> FORMATS = Set.of("jpeg", "png", "gif");

    /**
     * Reads a picture, the first one of an animation.
     *
     * @param name the name of the file for the person who uploaded it
     * @throws UnreadablePictureException if it is no picture, damaged or too large in pixels
     */
    Picture read(Path file, String name) throws IOException {
        try (ImageInputStream in = new FileImageInputStream(file.toFile())) {
            ImageReader reader = readerOf(in, name);
            try {
                // Metadata is skipped because a few bytes of it can unpack to any size.
                reader.setInput(in, false, true);
                boolean photograph = format(reader).equals("jpeg");
                return new Picture(decode(reader, name), photograph, photograph ? ExifOrientation.of(file) : null);
            } finally {
                reader.dispose();
            }
        }
    }

    private static ImageReader readerOf(ImageInputStream in, String name) {
        Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
        while (readers.hasNext()) {
            ImageReader reader = readers.next();
            if (FORMATS.contains(format(reader))) {
                return reader;
            }
            reader.dispose();
        }
        throw new UnreadablePictureException(
                "'%s' is not a picture Leek's sample can read: expected JPEG, PNG or GIF, but its content is none of these."
                        .formatted(name));
    }

    private static BufferedImage decode(ImageReader reader, String name) {
        try {
            ImageReadParam param = reader.getDefaultReadParam();
            int step = step(reader.getWidth(0), reader.getHeight(0), name);
            param.setSourceSubsampling(step, step, 0, 0);
            return reader.read(0, param);
        } catch (UnreadablePictureException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // the decoders throw nearly anything at damaged files
            throw new UnreadablePictureException(
                    "'%s' begins like a %s picture, but Leek's sample can't read it: it is damaged, cut short or of an unusual kind (%s)."
                            .formatted(name, format(reader).toUpperCase(Locale.ROOT), e.getMessage()),
                    e);
        }
    }

    /** Every how many pixels to take one, each way: 1 unless the picture is larger than fits. */
    private static int step(int width, int height, String name) {
        long pixels = (long) width * height;
        if (pixels > MAX_PIXELS || width > MAX_SIDE || height > MAX_SIDE) {
            throw new UnreadablePictureException(
                    "'%s' is too large for Leek's sample: it has %,d × %,d pixels, and up to %d megapixels with %,d on the longer side can be read."
                            .formatted(name, width, height, MAX_PIXELS / 1_000_000, MAX_SIDE));
        }
        int step = 1;
        while (decoded(width, step) * decoded(height, step) > MAX_DECODED) {
            step++;
        }
        return step;
    }

    private static long decoded(int side, int step) {
        return (side + (long) step - 1) / step;
    }

    private static String format(ImageReader reader) {
        try {
            return reader.getFormatName().toLowerCase(Locale.ROOT);
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * A decoded picture.
     *
     * @param photograph whether it came as JPEG, which its thumbnails then are too
     * @param orientation how the camera was held; null where the file does not say
     */
    record Picture(
            BufferedImage image,
            boolean photograph,
            @Nullable Orientation orientation) {}
}
