//! Exports of the WebAssembly module: the one place with `unsafe`, because memory is shared with the host by address.
//!
//! The host writes a request into `alloc(length)`, calls `call(address, length)`, reads the answer at `result >> 32` of length
//! `result & 0xffffffff`, and gives both buffers back with `free(address, length)`.
#![allow(unsafe_code)]

use crate::conformance::answer;
use std::ptr::slice_from_raw_parts_mut;
use std::slice;

fn leak(bytes: Box<[u8]>) -> *mut u8 {
  Box::into_raw(bytes).cast()
}

/// A zeroed buffer of `length` bytes.
#[unsafe(export_name = "alloc")]
pub extern "C" fn alloc_buffer(length: usize) -> *mut u8 {
  leak(vec![0; length].into_boxed_slice())
}

/// Gives a buffer back.
///
/// # Safety
/// `address` and `length` are those of a buffer from `alloc` or `call` that has not been given back.
#[unsafe(export_name = "free")]
pub unsafe extern "C" fn free_buffer(address: *mut u8, length: usize) {
  // SAFETY: by the contract above this is the box that was leaked.
  drop(unsafe { Box::from_raw(slice_from_raw_parts_mut(address, length)) });
}

/// Answers the conformance request in a buffer: the address of the answer in the upper, its length in the lower 32 bits.
///
/// # Safety
/// `address` and `length` are those of a buffer from `alloc` that has not been given back.
#[unsafe(export_name = "call")]
pub unsafe extern "C" fn call_buffer(address: *const u8, length: usize) -> u64 {
  // SAFETY: by the contract above these bytes are initialised and stay unchanged during the call.
  let request = unsafe { slice::from_raw_parts(address, length) };
  let answer = answer(request).into_bytes().into_boxed_slice();
  let length = answer.len() as u64;
  (leak(answer) as u64) << 32 | length
}
