(** * ReLU networks over the reals

    A unit is a row of weights and a bias; a layer is a list of units.  A network is a list of
    hidden layers, each followed by relu, and an affine readout. *)

From Coq Require Import Reals List.
Import ListNotations.
Open Scope R_scope.

Definition vec := list R.

Fixpoint dot (w x : vec) : R :=
  match w, x with
  | a :: w', b :: x' => a * b + dot w' x'
  | _, _ => 0
  end.

Definition relu (z : R) : R := Rmax z 0.

Record unit_of := Unit { weights : vec; bias : R }.

Definition layer := list unit_of.

Definition pre (u : unit_of) (x : vec) : R := dot (weights u) x + bias u.

(** The affine map that a layer's weights and biases are. *)
Definition affine (l : layer) (x : vec) : vec := map (fun u => pre u x) l.

Definition hidden (l : layer) (x : vec) : vec := map relu (affine l x).

Record net := Net { layers : list layer; readout : layer }.

Definition eval (N : net) (x : vec) : vec :=
  affine (readout N) (fold_left (fun v l => hidden l v) (layers N) x).

(** Depth: the number of hidden layers.  Width: the number of units of the widest one. *)
Definition depth (N : net) : nat := length (layers N).

Definition width (N : net) : nat := fold_right Nat.max 0%nat (map (@length unit_of) (layers N)).

(** A layer with [n] inputs: every row has [n] weights. *)
Definition layer_shaped (n : nat) (l : layer) : Prop :=
  Forall (fun u => length (weights u) = n) l.

Fixpoint layers_shaped (n : nat) (ls : list layer) (last : layer) : Prop :=
  match ls with
  | [] => layer_shaped n last
  | l :: rest => layer_shaped n l /\ layers_shaped (length l) rest last
  end.

(** A network from R^n to R^m. *)
Definition shaped (n m : nat) (N : net) : Prop :=
  layers_shaped n (layers N) (readout N) /\ length (readout N) = m.
