// SPDX-License-Identifier: GPL-3.0-or-later
// Deleters for what C libraries hand out. Each alias lives in the one folder that uses its library.
#pragma once

namespace linka {

// The library frees the pointer: std::unique_ptr<TIFF, FreeWith<TIFFClose>>.
template <auto Free>
struct FreeWith {
  template <class T>
  void operator()(T* p) const noexcept {
    Free(p);
  }
};

// The library wants the pointer's address: std::unique_ptr<PIX, DestroyWith<pixDestroy>>.
template <auto Destroy>
struct DestroyWith {
  template <class T>
  void operator()(T* p) const noexcept {
    Destroy(&p);
  }
};

}  // namespace linka
