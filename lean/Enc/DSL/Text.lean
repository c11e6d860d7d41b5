import Enc.DSL.Grammar

/-!
# Text and bytes

Text is built as a reversed list of characters, so that appending is cheap and the kernel can
compute it. The helpers stand in for core functions that are polymorphic, or whose bodies the
kernel is not shown.
-/

namespace Enc.DSL

/-- The first list reversed, in front of the second. -/
def revChars : List Char → List Char → List Char
  | [], acc => acc
  | c :: cs, acc => revChars cs (c :: acc)

/-- The characters after a text. -/
def pushChars : List Char → String → String
  | [], text => text
  | c :: cs, text => pushChars cs (text.push c)

/-- Characters as text. The stand-in for Lean cannot run `String.ofList` on computed lists: it
runs out of memory. -/
def textOf (cs : List Char) : String := pushChars cs ""

/-- Appends a string to reversed text. -/
def pushStr (acc : List Char) (s : String) : List Char := revChars s.toList acc

/-- Turns reversed text into a string. -/
def finishText (acc : List Char) : String := textOf (revChars acc [])

/-- The decimal or hexadecimal digit of a number below 16. -/
def nibbleChar (n : Nat) : Char := if n < 10 then Char.ofNat (48 + n) else Char.ofNat (87 + n)

/-- Puts the decimal digits of `n` in front of `acc`; `fuel` bounds their number. -/
def natCharsWith : (fuel : Nat) → (n : Nat) → List Char → List Char
  | 0, _, acc => acc
  | fuel + 1, n, acc =>
    if n < 10 then nibbleChar n :: acc
    else natCharsWith fuel (n / 10) (nibbleChar (n % 10) :: acc)

/-- The decimal digits of a number. -/
def natChars (n : Nat) : List Char := natCharsWith (n + 1) n []

/-- A number in decimal. -/
def decimal (n : Nat) : String := textOf (natChars n)

/-- Appends a number in decimal to reversed text. -/
def pushNat (acc : List Char) (n : Nat) : List Char := revChars (natChars n) acc

/-- Appends bytes in lower-case hex to reversed text. -/
def pushHex : List Char → List UInt8 → List Char
  | acc, [] => acc
  | acc, b :: bs =>
    pushHex (nibbleChar (b.toNat % 16) :: nibbleChar (b.toNat / 16) :: acc) bs

/-- Bytes in lower-case hex. -/
def hexOfBytes (bs : List UInt8) : String := finishText (pushHex [] bs)

/-- The value of a hex digit of either case. -/
def hexDigit (c : Char) : Option Nat :=
  let n := c.toNat
  if 48 ≤ n ∧ n ≤ 57 then some (n - 48)
  else if 97 ≤ n ∧ n ≤ 102 then some (n - 87)
  else if 65 ≤ n ∧ n ≤ 70 then some (n - 55)
  else Option.none

/-- The first list reversed, in front of the second. -/
def revBytes : List UInt8 → List UInt8 → List UInt8
  | [], acc => acc
  | b :: bs, acc => revBytes bs (b :: acc)

/-- The first list in front of the second. -/
def appendBytes (xs ys : List UInt8) : List UInt8 := revBytes (revBytes xs []) ys

/-- How many bytes there are, above `n`. -/
def countBytes : List UInt8 → Nat → Nat
  | [], n => n
  | _ :: bs, n => countBytes bs (n + 1)

/-- The first `n` bytes and the rest; `acc` holds the bytes so far, reversed. -/
def splitBytes : (n : Nat) → (acc : List UInt8) → List UInt8 → List UInt8 × List UInt8
  | n + 1, acc, b :: bs => splitBytes n (b :: acc) bs
  | _, acc, bs => (revBytes acc [], bs)

/-- The number that bytes write after those of `acc`, most significant first. -/
def natOfBytes : (acc : Nat) → List UInt8 → Nat
  | acc, [] => acc
  | acc, b :: bs => natOfBytes (acc * 256 + b.toNat) bs

/-- The UTF-8 bytes of a character, appended to reversed bytes. -/
def pushUtf8 (acc : List UInt8) (c : Char) : List UInt8 :=
  let n := c.toNat
  if n < 0x80 then UInt8.ofNat n :: acc
  else if n < 0x800 then
    UInt8.ofNat (0x80 + n % 64) :: UInt8.ofNat (0xC0 + n / 64) :: acc
  else if n < 0x10000 then
    UInt8.ofNat (0x80 + n % 64) :: UInt8.ofNat (0x80 + n / 64 % 64)
      :: UInt8.ofNat (0xE0 + n / 4096) :: acc
  else
    UInt8.ofNat (0x80 + n % 64) :: UInt8.ofNat (0x80 + n / 64 % 64)
      :: UInt8.ofNat (0x80 + n / 4096 % 64) :: UInt8.ofNat (0xF0 + n / 262144) :: acc

/-- The UTF-8 bytes of text, appended to reversed bytes. -/
def pushUtf8s : List UInt8 → List Char → List UInt8
  | acc, [] => acc
  | acc, c :: cs => pushUtf8s (pushUtf8 acc c) cs

/-- The UTF-8 bytes of a string. -/
def utf8Bytes (s : String) : List UInt8 := revBytes (pushUtf8s [] s.toList) []

/-- Reads pairs of hex digits; `acc` holds the bytes so far, reversed. -/
def hexBytesInto : List UInt8 → List Char → Option (List UInt8)
  | acc, [] => some (revBytes acc [])
  | _, [_] => Option.none
  | acc, a :: b :: rest =>
    match hexDigit a, hexDigit b with
    | some x, some y => hexBytesInto (UInt8.ofNat (16 * x + y) :: acc) rest
    | _, _ => Option.none

/-- The number that one or more ASCII digits write; leading zeros are allowed. -/
def digitsInto : Nat → List Char → Option Nat
  | acc, [] => some acc
  | acc, c :: cs =>
    if 48 ≤ c.toNat ∧ c.toNat ≤ 57 then digitsInto (10 * acc + (c.toNat - 48)) cs
    else Option.none

/-- The list index that a field name writes, if it is all ASCII digits. -/
def indexOf? (field : String) : Option Nat :=
  match field.toList with
  | [] => Option.none
  | cs => digitsInto 0 cs

/-- Orders characters as their UTF-16 code units do: astral ones before U+E000 to U+FFFF. -/
def utf16Rank (c : Char) : Nat :=
  let n := c.toNat
  if n < 0xD800 then n
  else if n < 0x10000 then n + 0x100000
  else n - 0x10000 + 0xD800

/-- Compares texts by UTF-16 code units. -/
def compareUtf16 : List Char → List Char → Ordering
  | [], [] => .eq
  | [], _ :: _ => .lt
  | _ :: _, [] => .gt
  | a :: as, b :: bs =>
    if a = b then compareUtf16 as bs
    else if utf16Rank a < utf16Rank b then .lt
    else .gt

end Enc.DSL
