package io.leek.bare;

import org.springframework.data.jpa.repository.JpaRepository;

interface ThirdRows extends JpaRepository<ThirdRow, Long> {}
