package io.leek.bare;

import org.springframework.data.jpa.repository.JpaRepository;

interface SecondRows extends JpaRepository<SecondRow, Long> {}
