package io.leek.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThumbnailServiceTests {

    private final UUID id = UUID.randomUUID();
    private final PhotoRepository photos = mock();

    private Pictures pictures;
    private ThumbnailService thumbnails;

    @BeforeEach
    void setUp(@TempDir Path folder) {
        pictures = new Pictures(new SampleProperties(folder, "-"));
        thumbnails = new ThumbnailService(photos, pictures, new PictureReader());
    }

    @Test
    void aLandscapeIsMadeInThreeSizesOnItsLongerSide() throws IOException {
        make(TestPictures.jpeg(1600, 1200));

        assertSize(200, 200, 150);
        assertSize(400, 400, 300);
        assertSize(800, 800, 600);
        assertThat(pictures.thumbnail(id, 800))
                .hasValueSatisfying(file -> assertThat(file).hasFileName("800.jpg"));
    }

    @Test
    void aPortraitIsMadeInThreeSizesOnItsLongerSide() throws IOException {
        make(TestPictures.jpeg(900, 1800));

        assertSize(200, 100, 200);
        assertSize(800, 400, 800);
    }

    @Test
    void aSmallPictureIsNeverEnlarged() throws IOException {
        make(TestPictures.gif(300, 30));

        assertSize(200, 200, 20);
        assertSize(400, 300, 30);
        assertSize(800, 300, 30);
    }

    @Test
    void aLineKeepsOnePixelOfHeight() throws IOException {
        make(TestPictures.gif(1000, 1));

        assertSize(200, 200, 1);
    }

    @Test
    void transparencyIsKept() throws IOException {
        make(TestPictures.transparentPng(1000, 1000));

        BufferedImage thumbnail = read(400);
        assertThat(thumbnail.getRGB(5, 5) >>> 24).isZero();
        assertThat(thumbnail.getRGB(200, 200) >>> 24).isEqualTo(0xff);
    }

    @Test
    void aPhotoTakenWithTheCameraTurnedStandsUpright() throws IOException {
        make(TestPictures.withOrientation(TestPictures.jpeg(1200, 600), 6));

        assertSize(200, 100, 200);
        BufferedImage thumbnail = read(400);
        assertThat(isRed(thumbnail.getRGB(100, 10))).isTrue();
        assertThat(isRed(thumbnail.getRGB(100, 390))).isFalse();
    }

    @Test
    void aPictureOfManyPixelsIsDecodedInABoundedSize() throws IOException {
        byte[] large = TestPictures.jpeg(9000, 6000);
        Path file = Files.write(Files.createTempFile("large", ".jpg"), large);

        BufferedImage decoded = new PictureReader().read(file, "large.jpg").image();

        assertThat((long) decoded.getWidth() * decoded.getHeight()).isLessThanOrEqualTo(PictureReader.MAX_DECODED);
        assertThat(decoded.getWidth()).isGreaterThan(4000);
    }

    @Test
    void aRunAfterOneThatWasKilledMakesTheSame() throws IOException {
        make(TestPictures.jpeg(1600, 1200));
        Files.delete(pictures.thumbnail(id, 200).orElseThrow());

        thumbnails.makeThumbnails(id);

        assertThat(pictures.thumbnails(id)).containsExactly(200, 400, 800);
        try (Stream<Path> files = Files.list(pictures.original(id).getParent())) {
            assertThat(files)
                    .extracting(file -> file.getFileName().toString())
                    .containsExactlyInAnyOrder("original", "200.jpg", "400.jpg", "800.jpg");
        }
    }

    @Test
    void aTextIsRefusedWithTheFormatsThatWouldDo() {
        assertRefused("shopping list".getBytes(StandardCharsets.UTF_8))
                .withMessage("'holiday.jpg' is not a picture Leek's sample can read: expected JPEG, PNG or GIF,"
                        + " but its content is none of these.");
    }

    @Test
    void aPictureOfAFormatThatJavaHappensToReadIsRefused() {
        assertRefused(TestPictures.bmp(10, 10)).withMessageContaining("expected JPEG, PNG or GIF");
    }

    @Test
    void aPictureCutShortIsRefused() {
        byte[] png = TestPictures.transparentPng(500, 500);

        assertRefused(Arrays.copyOf(png, png.length / 4))
                .withMessageStartingWith("'holiday.jpg' begins like a PNG picture, but Leek's sample can't read it");
    }

    @Test
    void aPictureOfTooManyPixelsIsRefusedBeforeItIsDecoded() {
        assertRefused(TestPictures.pngThatClaims(50_000, 40_000))
                .withMessageContaining("has 50,000 × 40,000 pixels, and up to 100 megapixels");
    }

    @Test
    void aPhotoThatIsNoLongerThereIsNamed() {
        given(photos.findById(id)).willReturn(Optional.empty());

        assertThatIllegalStateException()
                .isThrownBy(() -> thumbnails.makeThumbnails(id))
                .withMessage("Photo " + id + " is no longer in the gallery.");
    }

    private void make(byte[] original) throws IOException {
        given(photos.findById(id)).willReturn(Optional.of(new Photo(id, "holiday.jpg", Instant.EPOCH)));
        pictures.keepOriginal(id, file -> Files.write(file, original));
        thumbnails.makeThumbnails(id);
    }

    private ThrowableAssertAlternative<UnreadablePictureException> assertRefused(byte[] original) {
        var refused =
                assertThatExceptionOfType(UnreadablePictureException.class).isThrownBy(() -> make(original));
        assertThat(pictures.thumbnails(id)).isEmpty();
        return refused;
    }

    private void assertSize(int size, int width, int height) throws IOException {
        BufferedImage thumbnail = read(size);
        assertThat(thumbnail.getWidth()).isEqualTo(width);
        assertThat(thumbnail.getHeight()).isEqualTo(height);
    }

    private BufferedImage read(int size) throws IOException {
        return ImageIO.read(pictures.thumbnail(id, size).orElseThrow().toFile());
    }

    private static boolean isRed(int rgb) {
        return (rgb >> 16 & 0xff) > 200 && (rgb & 0xff) < 60;
    }
}
