package io.leek.sample;

import io.leek.Leek;
import io.leek.TaskHandle;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The photos and the offloading of the work on them. */
@Service
class Gallery {

    /** Most photos that the page shows. */
    static final int NEWEST = 60;

    private final PhotoRepository photos;
    private final Pictures pictures;
    private final ThumbnailService thumbnails;
    private final Leek leek;
    private final Clock clock;

    Gallery(PhotoRepository photos, Pictures pictures, ThumbnailService thumbnails, Leek leek, Clock clock) {
        this.photos = photos;
        this.pictures = pictures;
        this.thumbnails = thumbnails;
        this.leek = leek;
        this.clock = clock;
    }

    /**
     * Adds a photo whose original is kept already, and offloads the work. The task is there once this transaction has
     * committed, so that its worker finds the row; the task's id is known before.
     */
    @Transactional
    Photo add(UUID id, String name) {
        Photo photo = photos.save(new Photo(id, name, clock.instant().truncatedTo(ChronoUnit.MICROS)));
        TaskHandle<Void> task = leek.with().key("photo:" + id).offload(() -> thumbnails.makeThumbnails(id));
        photo.offloadedAs(task.id());
        return photo;
    }

    @Transactional
    void remove(UUID id) {
        photos.deleteById(id);
        pictures.remove(id);
    }

    Optional<Photo> find(UUID id) {
        return photos.findById(id);
    }

    /** The photos uploaded last, the newest first. */
    List<Photo> newest() {
        return photos.findByOrderByUploadedAtDescIdDesc(Limit.of(NEWEST));
    }
}
