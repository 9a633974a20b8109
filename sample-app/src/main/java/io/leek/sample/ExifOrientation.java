package io.leek.sample;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import net.coobird.thumbnailator.util.exif.ExifUtils;
import net.coobird.thumbnailator.util.exif.Orientation;
import org.jspecify.annotations.Nullable;

/**
 * Finds how the camera was held. Java's own reader of JPEG metadata gives up on files that have Exif before JFIF, which
 * cameras write, so the segments are walked here.
 */
final class ExifOrientation {

    private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

    private ExifOrientation() {}

    /** The orientation in the file; null where it has none or it can't be read: it is still a picture. */
    static @Nullable Orientation of(Path jpeg) throws IOException {
        try (InputStream file = Files.newInputStream(jpeg)) {
            byte[] exif = exif(new DataInputStream(file));
            return exif == null ? null : ExifUtils.getOrientationFromExif(exif);
        } catch (RuntimeException e) {
            return null;
        }
    }

    private static byte @Nullable [] exif(DataInputStream in) throws IOException {
        in.skipNBytes(2);
        while (in.read() == 0xff) {
            int marker = in.read();
            while (marker == 0xff) { // fill bytes
                marker = in.read();
            }
            int length = in.read() << 8 | in.read();
            if (marker == 0xda || length < 2) { // the picture itself begins, or the file ends
                return null;
            }
            byte[] segment = in.readNBytes(length - 2);
            if (marker == 0xe1 && startsWithExif(segment)) {
                return segment;
            }
        }
        return null;
    }

    private static boolean startsWithExif(byte[] segment) {
        return segment.length > EXIF.length && Arrays.equals(segment, 0, EXIF.length, EXIF, 0, EXIF.length);
    }
}
