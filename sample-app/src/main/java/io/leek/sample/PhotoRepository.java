package io.leek.sample;

import java.util.List;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;

/** The gallery's rows. */
interface PhotoRepository extends JpaRepository<Photo, UUID> {

    List<Photo> findByOrderByUploadedAtDescIdDesc(Limit limit);
}
