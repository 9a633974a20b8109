package io.leek.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CleanUpTests {

    private final PhotoRepository photos = mock();

    private Pictures pictures;

    @TempDir
    private Path folder;

    @BeforeEach
    void setUp() {
        pictures = new Pictures(new SampleProperties(folder, "-"));
    }

    @Test
    void picturesWithoutAPhotoAreRemovedAndTheOthersStay() throws IOException {
        UUID orphan = uploaded();
        UUID known = uploaded();
        given(photos.findAllById(any())).willReturn(List.of(new Photo(known, "cat.jpg", Instant.now())));

        assertThat(cleanUpAfter(Duration.ofHours(2)).removeOrphans()).isOne();

        assertThat(pictures.original(orphan)).doesNotExist();
        assertThat(pictures.original(known)).exists();
    }

    @Test
    void anUploadThatMayBeUnderWayIsLeftAlone() throws IOException {
        UUID recent = uploaded();
        given(photos.findAllById(any())).willReturn(List.of());

        assertThat(cleanUpAfter(Duration.ofMinutes(30)).removeOrphans()).isZero();

        assertThat(pictures.original(recent)).exists();
    }

    @Test
    void aGalleryThatHasNoPicturesYetHasNothingToCleanUp() throws IOException {
        assertThat(cleanUpAfter(Duration.ofDays(1)).removeOrphans()).isZero();
    }

    private UUID uploaded() throws IOException {
        UUID id = UUID.randomUUID();
        pictures.keepOriginal(id, file -> Files.writeString(file, "a picture"));
        return id;
    }

    private CleanUp cleanUpAfter(Duration time) {
        return new CleanUp(photos, pictures, Clock.fixed(Instant.now().plus(time), ZoneOffset.UTC));
    }
}
