(** * Iterated function systems and the nested sets K_n *)

From Coq Require Import Reals List.
From Exactnet Require Import Network.
Import ListNotations.
Open Scope R_scope.

(** K_0 = [-1,1]^d. *)
Definition cube (d : nat) (x : vec) : Prop :=
  length x = d /\ Forall (fun c => -1 <= c <= 1) x.

(** An invertible affine map of R^d, given with its inverse. *)
Record generator := Generator { forward : layer; backward : layer }.

Definition apply (F : generator) : vec -> vec := affine (forward F).
Definition undo (F : generator) : vec -> vec := affine (backward F).

Definition invertible (d : nat) (F : generator) : Prop :=
  length (forward F) = d /\ layer_shaped d (forward F) /\
  length (backward F) = d /\ layer_shaped d (backward F) /\
  forall x, length x = d -> undo F (apply F x) = x /\ apply F (undo F x) = x.

Definition ifs := list generator.

(** K_n = F_1(K_(n-1)) u ... u F_r(K_(n-1)). *)
Fixpoint K (d : nat) (Fs : ifs) (n : nat) (x : vec) : Prop :=
  match n with
  | O => cube d x
  | S m => exists F y, In F Fs /\ K d Fs m y /\ x = apply F y
  end.

(** The hypotheses of the talk: the images of K_0 lie in K_0 and are pairwise disjoint. *)
Definition maps_into_base (d : nat) (Fs : ifs) : Prop :=
  forall F x, In F Fs -> cube d x -> cube d (apply F x).

Definition disjoint_images (d : nat) (Fs : ifs) : Prop :=
  forall i j F G x y,
    nth_error Fs i = Some F -> nth_error Fs j = Some G -> i <> j ->
    cube d x -> cube d y -> apply F x <> apply G y.
